CREATE TABLE preorder_events (
  id SERIAL PRIMARY KEY,
  preorder_id INTEGER NOT NULL REFERENCES preorders (id),
  event_type VARCHAR(50) NOT NULL,
  from_status VARCHAR(30),
  to_status VARCHAR(30),
  notes TEXT,
  created_by INTEGER REFERENCES users (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_preorder_events_preorder ON preorder_events (preorder_id);
CREATE INDEX idx_preorder_events_date ON preorder_events (created_at);

CREATE INDEX idx_preorder_events_type ON preorder_events (event_type, id);
CREATE INDEX idx_preorder_events_created_by ON preorder_events (created_by);
