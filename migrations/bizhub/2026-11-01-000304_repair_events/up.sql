-- What happened to a repair ticket, in its order.

CREATE TABLE repair_events (
  id SERIAL PRIMARY KEY,
  repair_ticket_id INTEGER NOT NULL REFERENCES repair_tickets (id),
  event_type VARCHAR(50) NOT NULL CHECK (event_type IN (
    'opened',
    'status_change',
    'assigned',
    'note_added',
    'part_added',
    'part_removed',
    'labor_set',
    'billed'
  )),
  from_status VARCHAR(30),
  to_status VARCHAR(30),
  notes TEXT,
  created_by INTEGER REFERENCES users (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_repair_events_ticket ON repair_events (repair_ticket_id);
CREATE INDEX idx_repair_events_date ON repair_events (created_at);

CREATE INDEX idx_repair_events_type ON repair_events (event_type, created_at, id);
CREATE INDEX idx_repair_events_created_by ON repair_events (created_by);
