-- Preorders, warranties and repairs with what the shop keeps of them beside the document's columns.

UPDATE new_preorders SET sla_date = order_date + 21 WHERE sla_date IS NULL;

UPDATE new_preorders SET
  rejected_date = (updated_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date,
  rejection_reason = 'Not recorded by the former system'
WHERE status IN ('Rejected', 'Resold') AND rejected_date IS NULL;

INSERT INTO new_preorder_payments
  (id, preorder_id, payment_kind, payment_date, payment_method, amount, created_at)
SELECT row_number() OVER (ORDER BY id), id, 'Deposit',
  coalesce(deposit_date, (created_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date),
  coalesce(deposit_payment_method, 'Other'), deposit_amount, created_at
FROM new_preorders
WHERE deposit_paid AND deposit_amount > 0;

-- A deposit that was put on the sale stands there as another tender of just its amount.
UPDATE new_payments t SET
  reference_kind = 'Deposit',
  preorder_id = d.preorder_id,
  reference = coalesce(t.reference, d.preorder_number)
FROM (
  SELECT DISTINCT ON (p.id) p.id AS preorder_id, p.preorder_number, t.id AS payment_id
  FROM new_preorders p
  JOIN new_assets a ON a.id = p.asset_id AND a.status = 'Sold'
  JOIN new_payments t ON t.invoice_id = a.invoice_id AND t.payment_method = 'Other'
    AND t.amount = p.deposit_amount
  WHERE p.deposit_paid AND p.status IN ('Picked Up', 'Closed')
  ORDER BY p.id, t.id
) d
WHERE d.payment_id = t.id AND t.preorder_id IS NULL;

UPDATE new_preorders p SET pickup_invoice_id = t.invoice_id
FROM new_payments t
WHERE t.preorder_id = p.id;

-- What parts of a repair were used is not in the document, only what they cost.
UPDATE new_repair_tickets SET
  resolution_notes = concat_ws(E'\n', resolution_notes,
    'Of the labour, ' || parts_cost || ' was for parts in the former system.'),
  labor_cost = labor_cost + parts_cost,
  parts_cost = 0
WHERE parts_cost > 0;

UPDATE new_repair_tickets t SET
  warranty_claim_id = c.id,
  billable = FALSE,
  customer_id = coalesce(t.customer_id, c.customer_id),
  asset_id = coalesce(t.asset_id, w.asset_id)
FROM new_warranty_claims c JOIN new_warranties w ON w.id = c.warranty_id
WHERE c.repair_ticket_id = t.id;

UPDATE new_repair_tickets t SET billable = FALSE
FROM new_assets a
WHERE a.id = t.asset_id AND t.customer_id IS NULL;

UPDATE new_repair_tickets
SET closed_date = (updated_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date
WHERE status = 'Closed' AND closed_date IS NULL;

-- What was closed in the former system without a bill was never billed.
UPDATE new_repair_tickets t SET billable = FALSE
WHERE t.status = 'Closed' AND NOT EXISTS (
  SELECT 1 FROM new_invoices i
  WHERE i.id = t.invoice_id AND i.status IN ('Sent', 'Paid', 'Refunded')
);

UPDATE new_warranty_claims c SET labor_cost = t.labor_cost, parts_cost = t.parts_cost
FROM new_repair_tickets t
WHERE t.id = c.repair_ticket_id AND c.status = 'Completed';

UPDATE new_warranty_claims SET labor_cost = labor_cost + parts_cost, parts_cost = 0
WHERE parts_cost > 0;

UPDATE new_warranty_claims SET outcome = 'Denied' WHERE status = 'Denied' AND outcome IS NULL;

UPDATE new_warranty_claims
SET outcome_date = (updated_at AT TIME ZONE current_setting('bizgraph.time_zone'))::date
WHERE outcome IS NOT NULL AND outcome_date IS NULL;

-- The document does not name the device that replaced another.
UPDATE new_warranty_claims SET replaced_before_import = TRUE
WHERE outcome = 'Replaced' AND replacement_asset_id IS NULL;
