-- Invoices with what the shop keeps of them beside the document's columns.

-- A number is drawn when an invoice leaves draft.
UPDATE new_invoices SET invoice_number = 'DRAFT-' || id WHERE status = 'Draft';

UPDATE new_invoices SET
  due_date = invoice_date,
  sent_at = CASE WHEN status <> 'Cancelled' THEN created_at END
WHERE status <> 'Draft';

-- A transfer without a reference gets one that says so.
UPDATE new_payments SET reference = 'import-' || id
WHERE reference IS NULL AND payment_method IN ('MoMo', 'Bank Transfer', 'Card');

UPDATE new_invoices i SET amount_paid = p.paid
FROM (SELECT invoice_id, sum(amount) AS paid FROM new_payments GROUP BY invoice_id) p
WHERE p.invoice_id = i.id;

UPDATE new_invoices i SET
  paid_date = coalesce(
    (SELECT max(payment_date) FROM new_payments WHERE invoice_id = i.id), i.invoice_date),
  paid_at = coalesce((SELECT max(created_at) FROM new_payments WHERE invoice_id = i.id), i.created_at)
WHERE status IN ('Paid', 'Refunded');

UPDATE new_invoice_lines SET line_kind = CASE
  WHEN asset_id IS NOT NULL THEN 'Asset'
  WHEN bulk_stock_id IS NOT NULL THEN 'Bulk'
  ELSE 'Service'
END;

UPDATE new_invoice_lines SET discount = quantity * unit_price - line_total
WHERE line_total IS NOT NULL;

-- The document has the tax of the whole invoice: each line has its share, rounded, and the last
-- one the remainder.
UPDATE new_invoice_lines l SET tax_amount = CASE
  WHEN l.line_number = t.last THEN t.tax - t.shares + t.last_share ELSE t.share END
FROM (
  SELECT
    s.id,
    s.tax,
    s.share,
    max(s.line_number) OVER i AS last,
    sum(s.share) OVER i AS shares,
    last_value(s.share) OVER (
      PARTITION BY s.invoice_id ORDER BY s.line_number
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS last_share
  FROM (
    SELECT
      l.id,
      l.invoice_id,
      l.line_number,
      i.tax_amount AS tax,
      coalesce(round(
        i.tax_amount * (l.quantity * l.unit_price - l.discount)
          / nullif(sum(l.quantity * l.unit_price - l.discount) OVER (PARTITION BY l.invoice_id), 0),
        2), 0) AS share
    FROM new_invoice_lines l JOIN new_invoices i ON i.id = l.invoice_id
  ) s
  WINDOW i AS (PARTITION BY s.invoice_id)
) t
WHERE t.id = l.id;

UPDATE new_invoice_lines l SET
  released_at = i.updated_at,
  refunded_quantity = CASE WHEN i.status = 'Refunded' THEN l.quantity ELSE 0 END,
  refunded_amount = CASE WHEN i.status = 'Refunded'
    THEN l.quantity * l.unit_price - l.discount + l.tax_amount ELSE 0 END
FROM new_invoices i
WHERE i.id = l.invoice_id AND i.status IN ('Cancelled', 'Refunded');

UPDATE new_invoice_lines l SET warranty_tier = coalesce(
  (SELECT w.warranty_tier FROM new_warranties w
   WHERE w.invoice_id = l.invoice_id AND w.asset_id = l.asset_id ORDER BY w.id DESC LIMIT 1),
  CASE WHEN i.status IN ('Draft', 'Sent') AND i.customer_id IS NOT NULL THEN 'Standard' END)
FROM new_invoices i
WHERE i.id = l.invoice_id AND l.line_kind = 'Asset';

-- The document only says that an invoice was refunded: all of it then, the way it was paid.
INSERT INTO new_refunds
  (id, invoice_id, status, reason, total_amount, refund_date, requested_by, requested_at,
   completed_by, completed_at, created_at, updated_at)
SELECT row_number() OVER (ORDER BY i.id), i.id, 'completed', 'Refunded before the import',
  i.total_amount, (i.updated_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date,
  p.person, i.updated_at, p.person, i.updated_at, i.updated_at, i.updated_at
FROM new_invoices i CROSS JOIN LATERAL (
  SELECT coalesce(
    i.sales_rep_id,
    (SELECT min(id) FROM new_users WHERE role = 'Admin' AND is_active),
    (SELECT min(id) FROM users WHERE role = 'Admin')) AS person) p
WHERE i.status = 'Refunded';

INSERT INTO new_refund_lines (id, refund_id, invoice_line_id, quantity, amount, created_at)
SELECT row_number() OVER (ORDER BY r.id, l.line_number), r.id, l.id, l.quantity, l.refunded_amount,
  r.created_at
FROM new_refunds r JOIN new_invoice_lines l ON l.invoice_id = r.invoice_id;

INSERT INTO new_refund_tenders
  (id, refund_id, payment_method, amount, payment_id, reference, paid_by, created_at)
SELECT row_number() OVER (ORDER BY r.id, p.id), r.id, p.payment_method, p.amount, p.id, p.reference,
  r.completed_by, r.created_at
FROM new_refunds r JOIN new_payments p ON p.invoice_id = r.invoice_id;

UPDATE new_invoices SET refunded_amount = amount_paid WHERE status = 'Refunded';
