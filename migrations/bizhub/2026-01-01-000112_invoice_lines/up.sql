CREATE TABLE invoice_lines (
  id SERIAL PRIMARY KEY,
  invoice_id INTEGER NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
  line_number INTEGER NOT NULL CHECK (line_number >= 1),

  line_kind VARCHAR(20) NOT NULL CHECK (line_kind IN ('Asset', 'Bulk', 'Service')),
  asset_id INTEGER REFERENCES assets (id),
  bulk_stock_id INTEGER REFERENCES bulk_stock (id),

  item_description VARCHAR(255) NOT NULL CHECK (btrim(item_description) <> ''),
  quantity INTEGER NOT NULL DEFAULT 1,
  unit_price NUMERIC(14, 2) NOT NULL CHECK (unit_price >= 0),
  discount NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (discount >= 0),
  tax_amount NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),
  -- Exact without rounding: a whole number times an amount with two decimals.
  line_total NUMERIC(14, 2) NOT NULL
    GENERATED ALWAYS AS (quantity * unit_price - discount) STORED,

  unit_cost NUMERIC(14, 2) CHECK (unit_cost >= 0),

  refunded_quantity INTEGER NOT NULL DEFAULT 0,
  refunded_amount NUMERIC(14, 2) NOT NULL DEFAULT 0,
  -- When the line stopped holding its asset or its reserved quantity.
  released_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_item_reference CHECK (
    (line_kind = 'Asset' AND asset_id IS NOT NULL AND bulk_stock_id IS NULL AND quantity = 1)
    OR (line_kind = 'Bulk' AND asset_id IS NULL AND bulk_stock_id IS NOT NULL AND quantity > 0)
    OR (line_kind = 'Service' AND asset_id IS NULL AND bulk_stock_id IS NULL AND quantity > 0)
  ),
  CONSTRAINT check_line_total CHECK (line_total >= 0),
  CONSTRAINT check_line_refunded_quantity CHECK (refunded_quantity BETWEEN 0 AND quantity),
  CONSTRAINT check_line_refunded_amount
    CHECK (refunded_amount BETWEEN 0 AND line_total + tax_amount),
  -- Deferrable, so that one statement can renumber the lines after one is removed.
  CONSTRAINT unique_invoice_line_number UNIQUE (invoice_id, line_number) DEFERRABLE
);

CREATE INDEX idx_invoice_lines_invoice ON invoice_lines (invoice_id);
CREATE INDEX idx_invoice_lines_asset ON invoice_lines (asset_id);
CREATE INDEX idx_invoice_lines_bulk ON invoice_lines (bulk_stock_id);

-- An asset can only be on one invoice.
CREATE UNIQUE INDEX idx_invoice_lines_live_asset ON invoice_lines (asset_id)
  WHERE released_at IS NULL AND asset_id IS NOT NULL;

CREATE INDEX idx_invoice_lines_kind ON invoice_lines (line_kind, created_at, id);
CREATE INDEX idx_invoice_lines_created ON invoice_lines (created_at, id);
