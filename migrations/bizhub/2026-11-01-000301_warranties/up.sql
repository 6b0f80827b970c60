CREATE TABLE warranties (
  id SERIAL PRIMARY KEY,
  warranty_number VARCHAR(50) NOT NULL UNIQUE,
  invoice_id INTEGER NOT NULL REFERENCES invoices (id),
  asset_id INTEGER REFERENCES assets (id),
  customer_id INTEGER NOT NULL REFERENCES customers (id),

  warranty_tier VARCHAR(20) NOT NULL CHECK (warranty_tier IN ('Standard', 'Premium 1-Year')),
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,

  coverage_details TEXT DEFAULT 'Hardware defects, excluding physical/water damage',
  exclusions TEXT DEFAULT 'Physical damage, water damage, software issues, battery wear',

  includes_accessories BOOLEAN NOT NULL DEFAULT FALSE,
  includes_certificate BOOLEAN NOT NULL DEFAULT FALSE,
  includes_premium_boxing BOOLEAN NOT NULL DEFAULT FALSE,

  status VARCHAR(20) NOT NULL DEFAULT 'Active'
    CHECK (status IN ('Active', 'Claimed', 'Expired', 'Void')),
  void_reason TEXT,
  -- The warranty that this one took the place of: another tier, or another device.
  previous_warranty_id INTEGER REFERENCES warranties (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_warranty_dates CHECK (end_date > start_date)
);

CREATE INDEX idx_warranties_number ON warranties (warranty_number);
CREATE INDEX idx_warranties_invoice ON warranties (invoice_id);
CREATE INDEX idx_warranties_asset ON warranties (asset_id);
CREATE INDEX idx_warranties_customer ON warranties (customer_id);
CREATE INDEX idx_warranties_dates ON warranties (start_date, end_date);

CREATE INDEX idx_warranties_end_date ON warranties (end_date, id);
CREATE INDEX idx_warranties_status_created ON warranties (status, created_at, id);
CREATE INDEX idx_warranties_tier ON warranties (warranty_tier, created_at, id);
CREATE INDEX idx_warranties_previous ON warranties (previous_warranty_id);
CREATE INDEX idx_warranties_created ON warranties (created_at, id);

-- One promise a device at a time.
CREATE UNIQUE INDEX idx_warranties_live_asset ON warranties (asset_id)
  WHERE status IN ('Active', 'Claimed') AND asset_id IS NOT NULL;

-- Which warranty a line sells with its device; none for what has no serial number, and for a
-- replacement, whose warranty is the rest of another.
ALTER TABLE invoice_lines
  ADD COLUMN warranty_tier VARCHAR(20)
    CHECK (warranty_tier IS NULL OR warranty_tier IN ('Standard', 'Premium 1-Year')),
  ADD CONSTRAINT check_line_warranty CHECK (warranty_tier IS NULL OR line_kind = 'Asset');
UPDATE invoice_lines SET warranty_tier = 'Standard' WHERE line_kind = 'Asset';
