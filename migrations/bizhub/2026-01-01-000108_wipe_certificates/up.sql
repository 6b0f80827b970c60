-- A correction is a new row. The default day is the tenant's business date, never the
-- machine's: without one the insert fails.

CREATE TABLE wipe_certificates (
  id SERIAL PRIMARY KEY,
  asset_id INTEGER NOT NULL REFERENCES assets (id),
  technician_id INTEGER NOT NULL REFERENCES users (id),
  wipe_method VARCHAR(50) NOT NULL,
  certificate_reference VARCHAR(100),
  wipe_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  notes TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_wipe_asset ON wipe_certificates (asset_id);
CREATE INDEX idx_wipe_date ON wipe_certificates (wipe_date);

CREATE INDEX idx_wipe_technician ON wipe_certificates (technician_id);
CREATE INDEX idx_wipe_method ON wipe_certificates (wipe_method, created_at, id);
CREATE INDEX idx_wipe_created ON wipe_certificates (created_at, id);
