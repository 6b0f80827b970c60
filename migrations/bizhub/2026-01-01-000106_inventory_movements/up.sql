-- Every change of an asset's status or place, written by the mutation that makes it.

CREATE TABLE inventory_movements (
  id SERIAL PRIMARY KEY,
  asset_id INTEGER NOT NULL REFERENCES assets (id),
  from_location_id INTEGER REFERENCES locations (id),
  to_location_id INTEGER REFERENCES locations (id),
  from_status VARCHAR(30),
  to_status VARCHAR(30),
  moved_by INTEGER REFERENCES users (id),
  reason TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_movement_moves CHECK (
    from_status IS DISTINCT FROM to_status
    OR from_location_id IS DISTINCT FROM to_location_id
  )
);

CREATE INDEX idx_movements_asset ON inventory_movements (asset_id);
CREATE INDEX idx_movements_date ON inventory_movements (created_at);

CREATE INDEX idx_movements_from_location ON inventory_movements (from_location_id);
CREATE INDEX idx_movements_to_location ON inventory_movements (to_location_id);
CREATE INDEX idx_movements_moved_by ON inventory_movements (moved_by);
