CREATE TABLE tickets (
  id UUID PRIMARY KEY,
  ticket_number VARCHAR(30) NOT NULL UNIQUE,
  customer_id UUID NOT NULL REFERENCES users (id),
  -- Copies that follow the customer until the ticket is closed.
  customer_name VARCHAR(201) NOT NULL,
  customer_phone VARCHAR(20) NOT NULL,
  customer_email VARCHAR(100) NOT NULL,
  subject VARCHAR(200) NOT NULL CHECK (char_length(subject) >= 3),
  description TEXT NOT NULL CHECK (char_length(description) BETWEEN 1 AND 5000),
  category VARCHAR(20) NOT NULL CHECK (category IN ('technical', 'billing', 'account', 'loan', 'general', 'transaction')),
  priority VARCHAR(20) NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  status VARCHAR(20) NOT NULL DEFAULT 'open'
    CHECK (status IN ('open', 'in-progress', 'resolved', 'closed', 'escalated')),
  tier INTEGER NOT NULL DEFAULT 1 CHECK (tier BETWEEN 1 AND 3),

  assigned_to UUID REFERENCES support_agents (id),
  assigned_to_name VARCHAR(100),
  department_id UUID REFERENCES departments (id),
  escalated_to UUID REFERENCES support_agents (id),
  escalated_to_name VARCHAR(100),

  resolution TEXT,
  resolved_at TIMESTAMPTZ,
  resolved_by UUID REFERENCES admin_users (id),
  closed_at TIMESTAMPTZ,
  close_reason VARCHAR(500),
  -- The ticket that this one repeats.
  duplicate_of_id UUID REFERENCES tickets (id),
  -- The closed ticket that this one goes on from.
  previous_ticket_id UUID REFERENCES tickets (id),
  reopen_count INTEGER NOT NULL DEFAULT 0 CHECK (reopen_count >= 0),
  waiting_on_customer BOOLEAN NOT NULL DEFAULT FALSE,

  last_message_at TIMESTAMPTZ,
  message_count INTEGER NOT NULL DEFAULT 0 CHECK (message_count >= 0),
  tags TEXT[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 50),
  created_by UUID REFERENCES admin_users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_ticket_assignee CHECK ((assigned_to IS NULL) = (assigned_to_name IS NULL)),
  CONSTRAINT check_ticket_escalation CHECK ((escalated_to IS NULL) = (escalated_to_name IS NULL)),
  CONSTRAINT check_ticket_resolution CHECK (status <> 'resolved' OR resolved_at IS NOT NULL),
  CONSTRAINT check_ticket_closing CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT check_ticket_links CHECK (id <> duplicate_of_id AND id <> previous_ticket_id)
);

CREATE INDEX idx_tickets_number ON tickets (ticket_number);
CREATE INDEX idx_tickets_customer ON tickets (customer_id);
CREATE INDEX idx_tickets_status ON tickets (status);
CREATE INDEX idx_tickets_priority ON tickets (priority);
CREATE INDEX idx_tickets_category ON tickets (category);
CREATE INDEX idx_tickets_assigned_to ON tickets (assigned_to);
CREATE INDEX idx_tickets_created ON tickets (created_at, id);

CREATE INDEX idx_tickets_department ON tickets (department_id, status);
CREATE INDEX idx_tickets_escalated_to ON tickets (escalated_to);
CREATE INDEX idx_tickets_resolved_by ON tickets (resolved_by);
CREATE INDEX idx_tickets_resolved_at ON tickets (resolved_at);
CREATE INDEX idx_tickets_duplicate_of ON tickets (duplicate_of_id);
CREATE INDEX idx_tickets_previous ON tickets (previous_ticket_id);
CREATE INDEX idx_tickets_created_by ON tickets (created_by);
CREATE INDEX idx_tickets_last_message ON tickets (last_message_at, id);
CREATE INDEX idx_tickets_tier ON tickets (tier);
CREATE INDEX idx_tickets_status_created ON tickets (status, created_at, id);
CREATE INDEX idx_tickets_tags ON tickets USING gin (tags);

CREATE SEQUENCE series_ticket AS BIGINT;
