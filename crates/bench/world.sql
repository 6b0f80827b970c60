-- The bench world: always the same rows, made inside the database. Keys run from 1, so that a
-- row's key tells what it is. Invoice n sells asset n, a bulk item and a service. It is made in
-- several sizes: `{rows}` is the number of invoices, `{numbered}` of those that left draft,
-- `{a_day}` of those on one day, `{customers}` how many people buy and `{bulk}` how much of each
-- bulk item came in.
--
-- Of every 96 invoices that left draft 70 are paid, 20 sent and 6 cancelled, scattered by 37,
-- which has no common divisor with 96. Drafts are of this moment, for a shop gives up what was
-- left a draft two days ago, and the server would do that while it is measured.

-- step: people
INSERT INTO users (username, email, role, full_name)
VALUES ('manager', 'manager@bench.example', 'Manager', 'Manager of the bench')
ON CONFLICT DO NOTHING;
INSERT INTO users (username, email, role, full_name)
SELECT 'sales' || n, 'sales' || n || '@bench.example', 'Sales', 'Seller ' || n
FROM generate_series(1, 9) n;
INSERT INTO users (username, email, role, full_name)
VALUES ('technician', 'technician@bench.example', 'Technician', 'Technician of the bench');

-- step: customers
INSERT INTO customers (customer_type, full_name, business_name, email, phone, address, city, region)
SELECT
  CASE WHEN n % 5 = 0 THEN 'Wholesale' ELSE 'Retail' END,
  (ARRAY['Ama', 'Kofi', 'Esi', 'Kwame', 'Akua', 'Yaw', 'Abena', 'Kojo', 'Efua', 'Kwesi'])[n % 10 + 1]
    || ' ' || (ARRAY['Mensah', 'Owusu', 'Boateng', 'Asante', 'Osei', 'Appiah', 'Addo'])[n % 7 + 1]
    || ' ' || n,
  CASE WHEN n % 5 = 0 THEN 'Company ' || n END,
  'customer' || n || '@bench.example',
  '+23320' || to_char(n, 'FM90000000'),
  n || ' Ring Road',
  'Accra',
  'Greater Accra'
FROM generate_series(1, {customers}) n;

-- step: 200 product models
INSERT INTO product_models (
  category, brand, model_name, cpu, ram, storage, screen_size, operating_system,
  default_price_grade_a, default_price_grade_b, default_price_grade_c
)
SELECT
  (ARRAY['Laptop', 'Phone', 'Accessory'])[n % 3 + 1],
  (ARRAY['Dell', 'HP', 'Lenovo', 'Apple', 'Samsung'])[n % 5 + 1],
  'Model ' || n, 'Core i' || (3 + n % 3 * 2), (8 * (1 + n % 4)) || ' GB', (128 * (1 + n % 4)) || ' GB',
  '14"', 'Any', 4000 + n, 3000 + n, 2000 + n
FROM generate_series(1, 200) n;

-- step: 50 bulk items
INSERT INTO bulk_stock (sku, item_name, category, unit_cost, unit_price, location_id)
SELECT 'SKU-' || n, 'Charger ' || n, 'Charger', 15, 25.50,
  (SELECT id FROM locations WHERE meaning = 'Shop Floor')
FROM generate_series(1, 50) n;

-- step: assets
INSERT INTO assets (
  asset_tag, serial_number, product_model_id, supplier, purchase_cost, landed_cost, received_date,
  condition_grade, battery_health_percent, status, location_id, accessories_included,
  last_intake_at, diagnosed_by, created_at, updated_at
)
SELECT
  'A-' || to_char(n, 'FM9000000'), 'SN' || lpad((n * 7919::bigint % 1000003)::text, 7, '0') || n,
  n % 200 + 1, 'Supplier ' || n % 20, 500 + n % 1000, 550 + n % 1000,
  date '2023-12-01' + n / {a_day},
  (ARRAY['A', 'B', 'C'])[n % 3 + 1], 70 + n % 30, made.status, location.id,
  'Charger', made.at, (SELECT id FROM users WHERE username = 'technician'), made.at, made.at
FROM generate_series(1, {rows}) n
CROSS JOIN LATERAL (
  SELECT
    CASE
      WHEN n > {numbered} THEN 'Reserved'
      WHEN n * 37 % 96 < 70 THEN 'Sold'
      WHEN n * 37 % 96 < 90 THEN 'Reserved'
      ELSE 'Ready for Sale'
    END AS status,
    timestamptz '2023-12-01 08:00:00+00' + n / {a_day} * interval '1 day'
      + n % {a_day} * interval '1 minute' AS at
) made
JOIN locations location
  ON location.meaning = CASE WHEN made.status = 'Sold' THEN 'Sold' ELSE 'Shop Floor' END
ORDER BY n;

-- step: movements of the assets
INSERT INTO inventory_movements (asset_id, to_location_id, to_status, reason, created_at)
SELECT id, location_id, status, 'Made for the bench', created_at FROM assets ORDER BY id;

-- step: tests and wipes of what is for sale
INSERT INTO diagnostics_results (
  asset_id, technician_id, checklist_data, overall_result, diagnostic_date, created_at
)
SELECT id, diagnosed_by, '{"power_on": "pass"}', 'Pass', received_date,
  last_intake_at + interval '1 hour'
FROM assets WHERE status = 'Ready for Sale' ORDER BY id;
INSERT INTO wipe_certificates (asset_id, technician_id, wipe_method, wipe_date, created_at)
SELECT id, diagnosed_by, 'NIST 800-88', received_date, last_intake_at + interval '2 hours'
FROM assets WHERE status = 'Ready for Sale' ORDER BY id;

-- step: invoices
INSERT INTO invoices (
  invoice_number, customer_id, customer_type, invoice_date, due_date, status, subtotal,
  total_amount, amount_paid, lead_source_id, lead_source, sales_rep_id, sent_at, paid_at,
  paid_date, cancelled_reason, created_at, updated_at
)
SELECT
  CASE WHEN made.status = 'Draft' THEN 'DRAFT-' || n ELSE 'INV-' || to_char(n, 'FM9000000') END,
  customer.id, customer.customer_type, made.day, made.day + 14, made.status, total.amount,
  total.amount,
  CASE made.status WHEN 'Paid' THEN total.amount WHEN 'Sent' THEN 100 ELSE 0 END,
  source.id, source.source_name,
  (SELECT min(id) FROM users WHERE role = 'Sales') + n % 9,
  CASE WHEN made.status <> 'Draft' THEN made.at END,
  CASE WHEN made.status = 'Paid' THEN made.at + interval '1 hour' END,
  CASE WHEN made.status = 'Paid' THEN made.day END,
  CASE WHEN made.status = 'Cancelled' THEN 'Given up' END,
  made.at, made.at
FROM generate_series(1, {rows}) n
CROSS JOIN LATERAL (
  SELECT
    CASE
      WHEN n > {numbered} THEN 'Draft'
      WHEN n * 37 % 96 < 70 THEN 'Paid'
      WHEN n * 37 % 96 < 90 THEN 'Sent'
      ELSE 'Cancelled'
    END AS status,
    date '2024-01-01' + n / {a_day} AS day,
    CASE
      WHEN n > {numbered} THEN now()
      ELSE timestamptz '2024-01-01 09:00:00+00' + n / {a_day} * interval '1 day'
        + n % {a_day} * interval '1 minute'
    END AS at
) made
CROSS JOIN LATERAL (
  SELECT 800 + n::bigint * 131 % 4200 + 25.50 * (1 + n % 3) + 50 AS amount
) total
JOIN customers customer ON customer.id = n::bigint * 7919 % {customers} + 1
JOIN lead_sources source ON source.id = n % 8 + 1
ORDER BY n;

-- step: lines of the invoices
INSERT INTO invoice_lines (
  invoice_id, line_number, line_kind, asset_id, bulk_stock_id, item_description, quantity,
  unit_price, unit_cost, released_at, created_at, updated_at
)
SELECT
  i.id, line.number, line.kind,
  CASE WHEN line.kind = 'Asset' THEN i.id END,
  CASE WHEN line.kind = 'Bulk' THEN i.id % 50 + 1 END,
  CASE line.kind
    WHEN 'Asset' THEN 'Device A-' || to_char(i.id, 'FM9000000')
    WHEN 'Bulk' THEN 'Charger ' || i.id % 50 + 1
    ELSE 'Setting it up'
  END,
  CASE WHEN line.kind = 'Bulk' THEN 1 + i.id % 3 ELSE 1 END,
  CASE line.kind WHEN 'Asset' THEN 800 + i.id::bigint * 131 % 4200 WHEN 'Bulk' THEN 25.50 ELSE 50 END,
  CASE line.kind WHEN 'Asset' THEN 550 + i.id % 1000 WHEN 'Bulk' THEN 15 END,
  CASE WHEN i.status = 'Cancelled' THEN i.sent_at END,
  i.created_at, i.created_at
FROM invoices i
CROSS JOIN (VALUES (1, 'Asset'), (2, 'Bulk'), (3, 'Service')) line (number, kind)
ORDER BY i.id, line.number;

-- step: the sales of the assets
UPDATE assets a
SET invoice_id = i.id, sale_date = i.paid_date, sale_price = 800 + i.id::bigint * 131 % 4200
FROM invoices i WHERE i.id = a.id AND i.status = 'Paid';

-- step: movements of the bulk items
WITH sold AS (
  SELECT l.bulk_stock_id, l.invoice_id, l.quantity, i.paid_at,
    sum(l.quantity) OVER (PARTITION BY l.bulk_stock_id ORDER BY l.invoice_id) AS so_far
  FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
  WHERE l.line_kind = 'Bulk' AND i.status = 'Paid'
)
INSERT INTO bulk_stock_movements (
  bulk_stock_id, movement_type, quantity_change, quantity_after, unit_cost, to_location_id,
  invoice_id, created_at
)
SELECT id, 'Receive', {bulk}, {bulk}, 15, location_id, NULL, timestamptz '2023-12-01 08:00:00+00'
FROM bulk_stock
UNION ALL
SELECT bulk_stock_id, 'Sale', -quantity, {bulk} - so_far, NULL, NULL, invoice_id, paid_at FROM sold;
UPDATE bulk_stock b
SET quantity = (SELECT sum(quantity_change) FROM bulk_stock_movements WHERE bulk_stock_id = b.id),
  reserved = (
    SELECT coalesce(sum(l.quantity), 0)
    FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
    WHERE l.bulk_stock_id = b.id AND i.status IN ('Draft', 'Sent')
  );

-- step: payments
INSERT INTO payments (
  invoice_id, payment_date, payment_method, amount, reference, received_by, created_at, updated_at
)
SELECT
  i.id, i.invoice_date, tender.method,
  CASE
    WHEN i.status = 'Sent' THEN 100
    WHEN i.id * 37 % 96 < 10 THEN i.total_amount
    WHEN tender.place = 1 THEN 500
    ELSE i.total_amount - 500
  END,
  CASE WHEN tender.method = 'MoMo' THEN 'MM' || i.id END,
  (SELECT id FROM users WHERE username = 'manager'), i.sent_at, i.sent_at
FROM invoices i
JOIN (VALUES (1, 'Cash'), (2, 'MoMo')) tender (place, method)
  ON tender.place = 1 OR (i.status = 'Paid' AND i.id * 37 % 96 >= 10)
WHERE i.status IN ('Paid', 'Sent')
ORDER BY i.id, tender.place;

-- step: numbers
UPDATE number_series SET next = {numbered} + 1 WHERE name = 'invoice';
SELECT setval('series_asset_tag', {rows} + 1);

-- step: statistics
VACUUM (ANALYZE) {tables};

-- step: everything on disk
CHECKPOINT;
