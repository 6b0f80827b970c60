-- What a device cost beside its purchase, one bill a row. A wrong row is voided, never edited.

CREATE TABLE asset_costs (
  id SERIAL PRIMARY KEY,
  asset_id INTEGER NOT NULL REFERENCES assets (id),
  cost_kind VARCHAR(20) NOT NULL
    CHECK (cost_kind IN ('Shipping', 'Duty', 'Parts', 'Labor', 'Other')),
  amount NUMERIC(14, 2) NOT NULL CHECK (amount > 0),
  cost_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  note TEXT,
  recorded_by INTEGER REFERENCES users (id),

  voided_at TIMESTAMPTZ,
  voided_by INTEGER REFERENCES users (id),
  void_reason TEXT,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_asset_cost_void
    CHECK (num_nonnulls(voided_at, voided_by, void_reason) IN (0, 3))
);

CREATE INDEX idx_asset_costs_asset ON asset_costs (asset_id, id);
CREATE INDEX idx_asset_costs_kind ON asset_costs (cost_kind, id);
CREATE INDEX idx_asset_costs_date ON asset_costs (cost_date, id);
CREATE INDEX idx_asset_costs_recorded_by ON asset_costs (recorded_by);
CREATE INDEX idx_asset_costs_voided_by ON asset_costs (voided_by);
CREATE INDEX idx_asset_costs_created ON asset_costs (created_at, id);
