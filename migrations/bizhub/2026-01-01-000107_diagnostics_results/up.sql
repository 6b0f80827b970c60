-- A correction is a new row. The default day is the tenant's business date, never the
-- machine's: without one the insert fails.

CREATE TABLE diagnostics_results (
  id SERIAL PRIMARY KEY,
  asset_id INTEGER NOT NULL REFERENCES assets (id),
  technician_id INTEGER NOT NULL REFERENCES users (id),
  checklist_data JSONB NOT NULL CHECK (jsonb_typeof(checklist_data) = 'object'),
  overall_result VARCHAR(20) NOT NULL
    CHECK (overall_result IN ('Pass', 'Pass with Notes', 'Fail')),
  notes TEXT,
  diagnostic_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_pass_with_notes
    CHECK (overall_result <> 'Pass with Notes' OR notes IS NOT NULL)
);

CREATE INDEX idx_diagnostics_asset ON diagnostics_results (asset_id);
CREATE INDEX idx_diagnostics_date ON diagnostics_results (diagnostic_date);

CREATE INDEX idx_diagnostics_technician ON diagnostics_results (technician_id);
CREATE INDEX idx_diagnostics_result ON diagnostics_results (overall_result, created_at, id);
CREATE INDEX idx_diagnostics_created ON diagnostics_results (created_at, id);
