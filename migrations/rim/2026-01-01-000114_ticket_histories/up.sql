-- Every action on a ticket; only ever added to.

CREATE TABLE ticket_histories (
  id UUID PRIMARY KEY,
  ticket_id UUID NOT NULL REFERENCES tickets (id),
  action VARCHAR(50) NOT NULL,
  performer_type VARCHAR(20) NOT NULL CHECK (performer_type IN ('admin', 'customer', 'system')),
  performed_by UUID REFERENCES admin_users (id),
  performed_by_user_id UUID REFERENCES users (id),
  performed_by_name VARCHAR(201) NOT NULL,
  details VARCHAR(1000),
  from_status VARCHAR(20),
  to_status VARCHAR(20),

  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_ticket_history_performer CHECK (
    (performer_type = 'admin') = (performed_by IS NOT NULL)
    AND (performer_type = 'customer') = (performed_by_user_id IS NOT NULL)
  )
);

CREATE INDEX idx_ticket_histories_ticket ON ticket_histories (ticket_id, created_at, id);
CREATE INDEX idx_ticket_histories_performed_by ON ticket_histories (performed_by);
CREATE INDEX idx_ticket_histories_created ON ticket_histories (created_at, id);

CREATE INDEX idx_ticket_histories_performed_by_user ON ticket_histories (performed_by_user_id);
CREATE INDEX idx_ticket_histories_action ON ticket_histories (action);
