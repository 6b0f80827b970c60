-- A hundred of everything that the lists lead to.
SET search_path TO bizhub;
SET bizgraph.business_date = '2026-03-02';
INSERT INTO customers (customer_type, full_name, phone)
  SELECT 'Retail', 'Customer ' || n, '+23320' || lpad(n::text, 7, '0') FROM generate_series(1, 120) n;
INSERT INTO product_models (category, brand, model_name)
  SELECT 'Laptop', 'Brand ' || n, 'Model ' || n FROM generate_series(1, 120) n;
INSERT INTO assets (asset_tag, serial_number, product_model_id, received_date, location_id)
  SELECT 'T' || n, 'S' || n, (n % 120) + (SELECT min(id) FROM product_models), '2026-03-01',
         (SELECT min(id) FROM locations) FROM generate_series(0, 599) n;
INSERT INTO inventory_movements (asset_id, to_status, reason)
  SELECT id, 'Received', 'Received' FROM assets;
INSERT INTO invoices (invoice_number, customer_id, customer_type, subtotal, total_amount, sales_rep_id)
  SELECT 'T-' || n, (n % 120) + (SELECT min(id) FROM customers), 'Retail', 10, 10, 1
  FROM generate_series(0, 119) n;
INSERT INTO invoice_lines (invoice_id, line_number, line_kind, asset_id, item_description, quantity, unit_price)
  SELECT i.id, 1, 'Asset', a.id, 'A laptop', 1, 10
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM invoices) i
  JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM assets) a USING (place);
