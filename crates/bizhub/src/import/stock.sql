-- Goods with what the shop keeps of them beside the document's columns.

-- The fields of a sale belong to what is sold: the lines keep the history of the rest.
UPDATE new_assets SET sale_price = NULL, sale_date = NULL, invoice_id = NULL WHERE status <> 'Sold';

UPDATE new_assets a SET
  sale_price = coalesce(a.sale_price, s.price),
  sale_date = coalesce(a.sale_date, s.paid_date),
  invoice_id = coalesce(a.invoice_id, s.invoice_id),
  location_id = p.id
FROM (
  SELECT l.asset_id, max(i.id) AS invoice_id, max(i.paid_date) AS paid_date,
    max(l.quantity * l.unit_price - l.discount) AS price
  FROM new_invoice_lines l JOIN new_invoices i ON i.id = l.invoice_id
  WHERE i.status = 'Paid' AND l.asset_id IS NOT NULL
  GROUP BY l.asset_id
) s
CROSS JOIN (
  SELECT id FROM new_locations WHERE meaning = 'Sold'
  UNION ALL
  SELECT id FROM locations WHERE meaning = 'Sold' AND NOT EXISTS (SELECT FROM new_locations)
) p
WHERE a.status = 'Sold' AND s.asset_id = a.id;

UPDATE new_assets a SET preorder_id = NULL
FROM new_preorders p
WHERE p.id = a.preorder_id AND p.status IN ('Rejected', 'Resold', 'Closed');

UPDATE new_assets a SET preorder_id = p.id
FROM new_preorders p
WHERE p.asset_id = a.id AND a.preorder_id IS NULL AND a.status = 'Reserved'
  AND p.status IN ('Arrived', 'Customer Notified');

-- The latest intake: when it went to the bench from the door or from a customer.
UPDATE new_assets a SET
  last_intake_at = coalesce(
    (SELECT max(m.created_at) FROM new_inventory_movements m
     WHERE m.asset_id = a.id AND m.to_status = 'Diagnostics Pending'
       AND m.from_status IN ('Received', 'Returned')),
    least(a.created_at,
      a.received_date::timestamp AT TIME ZONE current_setting('bizgraph.time_zone'))),
  diagnosed_by = (SELECT d.technician_id FROM new_diagnostics_results d
    WHERE d.asset_id = a.id ORDER BY d.id DESC LIMIT 1)
WHERE a.status <> 'Received';

UPDATE new_diagnostics_results SET notes = 'No notes in the former system'
WHERE overall_result = 'Pass with Notes' AND notes IS NULL;

-- The former system recorded changes of an asset, not its arrival, and not every change: what is
-- missing between two movements is filled in. Then movements are counted anew, in their order.
DROP TABLE IF EXISTS pg_temp.whole_movements;
CREATE TEMPORARY TABLE whole_movements ON COMMIT DROP AS
WITH chain AS (
  SELECT m.*,
    lag(m.to_status) OVER w AS before_status,
    lag(m.to_location_id) OVER w AS before_location,
    lead(m.id) OVER w IS NULL AS is_last
  FROM new_inventory_movements m
  WINDOW w AS (PARTITION BY m.asset_id ORDER BY m.created_at, m.id)
)
SELECT c.line, c.asset_id, c.from_location_id, c.to_location_id, c.from_status, c.to_status,
  c.moved_by, c.reason, c.created_at, c.id AS beside, 1 AS place
FROM chain c
UNION ALL
SELECT NULL, c.asset_id, c.before_location, c.from_location_id, c.before_status, c.from_status,
  NULL, 'Not recorded by the former system', c.created_at, c.id, 0
FROM chain c
WHERE c.before_status IS DISTINCT FROM c.from_status
  OR c.before_location IS DISTINCT FROM c.from_location_id
UNION ALL
SELECT NULL, a.id, c.to_location_id, a.location_id, c.to_status, a.status, NULL,
  'Not recorded by the former system', greatest(a.updated_at, c.created_at),
  coalesce(c.id, 0), 2
FROM new_assets a LEFT JOIN chain c ON c.asset_id = a.id AND c.is_last
WHERE c.to_status IS DISTINCT FROM a.status OR c.to_location_id IS DISTINCT FROM a.location_id;

DELETE FROM new_inventory_movements
WHERE EXISTS (SELECT FROM whole_movements WHERE line IS NULL);
INSERT INTO new_inventory_movements
  (line, id, asset_id, from_location_id, to_location_id, from_status, to_status, moved_by, reason,
   created_at)
SELECT line, row_number() OVER (ORDER BY created_at, beside, place), asset_id, from_location_id,
  to_location_id, from_status, to_status, moved_by, reason, created_at
FROM whole_movements
WHERE NOT EXISTS (SELECT FROM new_inventory_movements);

-- The document has quantities and no movements of them.
INSERT INTO new_bulk_stock_movements
  (id, bulk_stock_id, movement_type, quantity_change, quantity_after, unit_cost, reason, created_at)
SELECT row_number() OVER (ORDER BY id), id, 'Adjust', quantity, quantity, unit_cost,
  'Opening balance of the import', updated_at
FROM new_bulk_stock
WHERE quantity <> 0;

UPDATE new_bulk_stock b SET reserved = l.held
FROM (
  SELECT l.bulk_stock_id, sum(l.quantity) AS held
  FROM new_invoice_lines l JOIN new_invoices i ON i.id = l.invoice_id
  WHERE i.status IN ('Draft', 'Sent')
  GROUP BY l.bulk_stock_id
) l
WHERE l.bulk_stock_id = b.id;
