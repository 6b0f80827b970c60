-- Who looks at a ticket or writes to it now: a row a person and activity, which ends by itself.

CREATE TABLE ticket_presences (
  id UUID PRIMARY KEY,
  ticket_id UUID NOT NULL REFERENCES tickets (id),
  activity VARCHAR(20) NOT NULL CHECK (activity IN ('viewing', 'typing')),
  -- As the kernel names people: kind and key.
  person TEXT NOT NULL,
  admin_user_id UUID REFERENCES admin_users (id),
  user_id UUID REFERENCES users (id),
  name VARCHAR(201) NOT NULL,
  -- Among agents: no customer ever sees it.
  internal BOOLEAN NOT NULL,
  until TIMESTAMPTZ NOT NULL,

  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT ticket_presence_once UNIQUE (ticket_id, activity, person),
  CONSTRAINT check_ticket_presence_person CHECK ((admin_user_id IS NULL) <> (user_id IS NULL)),
  CONSTRAINT check_ticket_presence_internal CHECK (NOT internal OR admin_user_id IS NOT NULL)
);

CREATE INDEX idx_ticket_presences_ticket ON ticket_presences (ticket_id, until);
CREATE INDEX idx_ticket_presences_admin_user ON ticket_presences (admin_user_id);
CREATE INDEX idx_ticket_presences_user ON ticket_presences (user_id);
CREATE INDEX idx_ticket_presences_until ON ticket_presences (until, id);
CREATE INDEX idx_ticket_presences_created ON ticket_presences (created_at, id);
