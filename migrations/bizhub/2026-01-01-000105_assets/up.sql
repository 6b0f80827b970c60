-- The key to invoices is added with that table: the two refer to each other.
-- preorder_id gets its key with the preorders.

CREATE TABLE assets (
  id SERIAL PRIMARY KEY,
  asset_tag VARCHAR(50) NOT NULL UNIQUE,
  serial_number VARCHAR(100) NOT NULL UNIQUE,
  product_model_id INTEGER NOT NULL REFERENCES product_models (id),

  supplier VARCHAR(100),
  purchase_cost NUMERIC(14, 2) CHECK (purchase_cost >= 0),
  landed_cost NUMERIC(14, 2) CHECK (landed_cost >= 0),
  received_date DATE NOT NULL,

  condition_grade VARCHAR(10)
    CHECK (condition_grade IS NULL OR condition_grade IN ('A', 'B', 'C')),
  cosmetic_notes TEXT,
  battery_health_percent INTEGER CHECK (battery_health_percent BETWEEN 0 AND 100),
  battery_cycle_count INTEGER CHECK (battery_cycle_count >= 0),

  status VARCHAR(30) NOT NULL DEFAULT 'Received' CHECK (status IN (
    'Received',
    'Diagnostics Pending',
    'Wipe Pending',
    'QC Pending',
    'Ready for Sale',
    'Reserved',
    'Sold',
    'Returned',
    'Repair Hold',
    'Scrapped',
    'Not Sellable'
  )),
  not_sellable_reason TEXT,

  location_id INTEGER REFERENCES locations (id),

  -- Set while the asset is Sold, and only then.
  sale_price NUMERIC(14, 2) CHECK (sale_price >= 0),
  sale_date DATE,
  invoice_id INTEGER,

  preorder_id INTEGER,

  accessories_included TEXT,

  -- Start of the latest intake: a wipe counts only when it is later.
  last_intake_at TIMESTAMPTZ,
  -- Who recorded the latest diagnostics: another technician does the quality check.
  diagnosed_by INTEGER REFERENCES users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_asset_costs CHECK (landed_cost >= purchase_cost),
  -- Unique numbers are unique only when they are written in one way.
  CONSTRAINT check_asset_tag_normalized
    CHECK (asset_tag = upper(asset_tag) AND asset_tag !~ '[[:space:]]'),
  CONSTRAINT check_serial_number_normalized
    CHECK (serial_number = upper(serial_number) AND serial_number !~ '[[:space:]]')
);

CREATE INDEX idx_assets_status ON assets (status);
CREATE INDEX idx_assets_serial ON assets (serial_number);
CREATE INDEX idx_assets_tag ON assets (asset_tag);
CREATE INDEX idx_assets_model ON assets (product_model_id);
CREATE INDEX idx_assets_location ON assets (location_id);
CREATE INDEX idx_assets_received_date ON assets (received_date);
CREATE INDEX idx_assets_invoice ON assets (invoice_id);

CREATE INDEX idx_assets_diagnosed_by ON assets (diagnosed_by);
CREATE INDEX idx_assets_grade ON assets (condition_grade, id);
CREATE INDEX idx_assets_model_status ON assets (product_model_id, status, condition_grade);
CREATE INDEX idx_assets_status_created ON assets (status, created_at, id);
CREATE INDEX idx_assets_created ON assets (created_at, id);
