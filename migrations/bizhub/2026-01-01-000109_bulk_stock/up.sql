CREATE TABLE bulk_stock (
  id SERIAL PRIMARY KEY,
  sku VARCHAR(50) NOT NULL UNIQUE,
  item_name VARCHAR(100) NOT NULL,
  category VARCHAR(50) NOT NULL,
  description TEXT,
  unit_cost NUMERIC(14, 2) CHECK (unit_cost >= 0),
  unit_price NUMERIC(14, 2) CHECK (unit_price >= 0),
  quantity INTEGER NOT NULL DEFAULT 0,
  -- Held by the lines of drafts and of invoices that are sent but not yet paid.
  reserved INTEGER NOT NULL DEFAULT 0,
  reorder_threshold INTEGER DEFAULT 10 CHECK (reorder_threshold >= 0),
  -- True from the alert until the stock is replenished, so that people hear it once.
  low_stock_alerted BOOLEAN NOT NULL DEFAULT FALSE,
  supplier VARCHAR(100),
  location_id INTEGER REFERENCES locations (id),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_bulk_stock_quantity CHECK (quantity >= 0),
  CONSTRAINT check_bulk_stock_reserved CHECK (reserved BETWEEN 0 AND quantity)
);

CREATE INDEX idx_bulk_stock_sku ON bulk_stock (sku);
CREATE INDEX idx_bulk_stock_quantity ON bulk_stock (quantity);
CREATE INDEX idx_bulk_stock_category ON bulk_stock (category);

CREATE INDEX idx_bulk_stock_location ON bulk_stock (location_id);
CREATE INDEX idx_bulk_stock_item_name ON bulk_stock (item_name, id);
CREATE INDEX idx_bulk_stock_created ON bulk_stock (created_at, id);
