-- Three models, 29 assets with ties and missing grades, customers with awkward names,
-- invoices of two sellers with and without due dates.
INSERT INTO bizhub.customers
  (id, customer_type, full_name, business_name, email, phone, created_at, deleted_at)
VALUES
  (1, 'Retail', 'Ama Mensah', NULL, 'ama@shop.example', '+233200000001', '2026-02-01 10:00Z', NULL),
  (2, 'Retail', 'Kofi 100% Boateng', NULL, NULL, '+233200000002', '2026-02-01 10:00Z', NULL),
  (3, 'Retail', 'Kofi 100x Boateng', NULL, NULL, '+233200000003', '2026-02-01 10:00:00.000001Z', NULL),
  (4, 'Wholesale', 'Esi_Owusu', 'Esi & Co', NULL, '+233200000004', '2026-02-02 10:00Z', NULL),
  (5, 'Wholesale', 'EsixOwusu', 'Esix & Co', 'esi@shop.example', '+233200000005', '2026-02-02 10:00Z', NULL),
  (6, 'Retail', 'Back\slash', NULL, NULL, '+233200000006', '2026-02-03 10:00Z', NULL),
  (7, 'Retail', 'Quote"d ''Ünï', NULL, NULL, '+233200000007', '2026-02-03 10:00Z', NULL),
  (8, 'Retail', 'Gone Before', NULL, NULL, '+233200000008', '2026-02-04 10:00Z', '2026-02-05 10:00Z');

INSERT INTO bizhub.product_models (id, category, brand, model_name) VALUES
  (1, 'Laptop', 'HP', 'EliteBook'), (2, 'Laptop', 'Dell', 'Latitude'), (3, 'Phone', 'Apple', 'iPhone 12');

INSERT INTO bizhub.assets
  (id, asset_tag, serial_number, product_model_id, received_date, condition_grade, status, created_at,
   purchase_cost, landed_cost, location_id)
SELECT n, 'T' || lpad(((n * 11) % 29)::text, 2, '0'), 'S' || n, n % 2 + 1,
       DATE '2026-02-01' + (n * 7) % 4,
       (ARRAY['A', 'B', NULL, 'C'])[n % 4 + 1],
       (ARRAY['Received', 'Ready for Sale', 'Repair Hold'])[n % 3 + 1],
       TIMESTAMPTZ '2026-02-01 09:00Z' + make_interval(hours => n % 5),
       100 + n, 200 + n, (SELECT min(id) FROM bizhub.locations) + n % 2
FROM generate_series(1, 29) n;

INSERT INTO bizhub.invoices
  (id, invoice_number, customer_id, customer_type, invoice_date, due_date, status, subtotal,
   total_amount, sales_rep_id, created_at)
SELECT n, 'I' || lpad(n::text, 2, '0'),
       CASE WHEN n % 3 = 0 THEN NULL ELSE n % 3 END,
       CASE WHEN n % 3 = 0 THEN 'Walk-in' ELSE 'Retail' END,
       DATE '2026-01-26' + n * 3, CASE WHEN n % 4 = 0 THEN NULL ELSE DATE '2026-04-01' + n % 3 END,
       (ARRAY['Draft', 'Sent', 'Paid', 'Cancelled'])[n % 4 + 1],
       n % 5 * 100 + 0.25, n % 5 * 100 + 0.25,
       (SELECT id FROM bizhub.users WHERE username = CASE WHEN n % 2 = 0 THEN 'sales' ELSE 'sales2' END),
       TIMESTAMPTZ '2026-01-26 23:30Z' + make_interval(days => n * 3)
FROM generate_series(1, 18) n;

INSERT INTO bizhub.invoice_lines
  (invoice_id, line_number, line_kind, asset_id, item_description, quantity, unit_price, unit_cost)
SELECT n, 1, 'Asset', n, 'Asset ' || n, 1, n % 5 * 100 + 0.25, 200 + n FROM generate_series(1, 18) n;
INSERT INTO bizhub.invoice_lines
  (invoice_id, line_number, line_kind, item_description, quantity, unit_price)
SELECT 1, n, 'Service', 'Work ' || n, n, 0 FROM generate_series(2, 9) n;
