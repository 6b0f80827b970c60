-- Every change of a bulk item's quantity or place: the quantity is the sum of its rows.

CREATE TABLE bulk_stock_movements (
  id SERIAL PRIMARY KEY,
  bulk_stock_id INTEGER NOT NULL REFERENCES bulk_stock (id),
  movement_type VARCHAR(20) NOT NULL
    CHECK (movement_type IN ('Receive', 'Adjust', 'Sale', 'Return', 'Repair Use', 'Transfer')),
  quantity_change INTEGER NOT NULL,
  quantity_after INTEGER NOT NULL CHECK (quantity_after >= 0),
  unit_cost NUMERIC(14, 2) CHECK (unit_cost >= 0),
  from_location_id INTEGER REFERENCES locations (id),
  to_location_id INTEGER REFERENCES locations (id),
  invoice_id INTEGER REFERENCES invoices (id),
  reason TEXT,
  moved_by INTEGER REFERENCES users (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  -- One row holds all of an item, so a transfer moves the whole of it and changes no quantity.
  CONSTRAINT check_bulk_movement_direction CHECK (
    (movement_type IN ('Receive', 'Return') AND quantity_change > 0)
    OR (movement_type IN ('Sale', 'Repair Use') AND quantity_change < 0)
    OR (movement_type = 'Adjust' AND quantity_change <> 0)
    OR (movement_type = 'Transfer' AND quantity_change = 0
        AND from_location_id IS DISTINCT FROM to_location_id)
  ),
  CONSTRAINT check_bulk_adjustment_reason
    CHECK (movement_type <> 'Adjust' OR reason IS NOT NULL),
  CONSTRAINT check_bulk_sale_invoice
    CHECK (movement_type <> 'Sale' OR invoice_id IS NOT NULL)
);

CREATE INDEX idx_bulk_movements_stock ON bulk_stock_movements (bulk_stock_id);
CREATE INDEX idx_bulk_movements_date ON bulk_stock_movements (created_at, id);
CREATE INDEX idx_bulk_movements_type ON bulk_stock_movements (movement_type, created_at, id);
CREATE INDEX idx_bulk_movements_from_location ON bulk_stock_movements (from_location_id);
CREATE INDEX idx_bulk_movements_to_location ON bulk_stock_movements (to_location_id);
CREATE INDEX idx_bulk_movements_invoice ON bulk_stock_movements (invoice_id);
CREATE INDEX idx_bulk_movements_moved_by ON bulk_stock_movements (moved_by);
