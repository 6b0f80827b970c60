-- Bulk items that a repair uses.

CREATE TABLE repair_parts (
  id SERIAL PRIMARY KEY,
  repair_ticket_id INTEGER NOT NULL REFERENCES repair_tickets (id),
  bulk_stock_id INTEGER NOT NULL REFERENCES bulk_stock (id),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  -- What a piece cost the shop: as of the day it was put on the ticket, then as of the day it
  -- left the stock.
  unit_cost NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (unit_cost >= 0),
  unit_price NUMERIC(14, 2) CHECK (unit_price >= 0),
  -- When the pieces left the stock; not yet while it is null.
  used_at TIMESTAMPTZ,
  added_by INTEGER REFERENCES users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_repair_parts_ticket ON repair_parts (repair_ticket_id);
CREATE INDEX idx_repair_parts_stock ON repair_parts (bulk_stock_id);
CREATE INDEX idx_repair_parts_added_by ON repair_parts (added_by);
CREATE INDEX idx_repair_parts_created ON repair_parts (created_at, id);

-- The part of a repair that a line bills. Its pieces are held and sold like any others, but go
-- back to the repair, not to the shelf, when the line is given up.
ALTER TABLE invoice_lines
  ADD COLUMN repair_part_id INTEGER REFERENCES repair_parts (id),
  ADD CONSTRAINT check_line_repair_part CHECK (repair_part_id IS NULL OR line_kind = 'Bulk');
CREATE INDEX idx_invoice_lines_repair_part ON invoice_lines (repair_part_id);

ALTER TABLE bulk_stock_movements
  ADD COLUMN repair_ticket_id INTEGER REFERENCES repair_tickets (id);
CREATE INDEX idx_bulk_movements_repair_ticket ON bulk_stock_movements (repair_ticket_id);
