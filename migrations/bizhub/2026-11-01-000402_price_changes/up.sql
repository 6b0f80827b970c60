CREATE TABLE price_changes (
  id SERIAL PRIMARY KEY,
  product_model_id INTEGER NOT NULL REFERENCES product_models (id) ON DELETE CASCADE,
  condition_grade VARCHAR(10) NOT NULL CHECK (condition_grade IN ('A', 'B', 'C')),
  old_price NUMERIC(14, 2),
  new_price NUMERIC(14, 2),
  reason TEXT,
  changed_by INTEGER REFERENCES users (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_price_change CHECK (old_price IS DISTINCT FROM new_price)
);

CREATE INDEX idx_price_changes_model ON price_changes (product_model_id, id);
CREATE INDEX idx_price_changes_grade ON price_changes (condition_grade, id);
CREATE INDEX idx_price_changes_changed_by ON price_changes (changed_by);
CREATE INDEX idx_price_changes_created ON price_changes (created_at, id);
