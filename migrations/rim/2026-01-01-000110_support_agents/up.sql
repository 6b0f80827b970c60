CREATE TABLE support_agents (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  email VARCHAR(100) NOT NULL UNIQUE,
  phone VARCHAR(20) NOT NULL,
  department_id UUID NOT NULL REFERENCES departments (id),
  tier INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 3),
  -- The login that acts as this agent.
  admin_user_id UUID UNIQUE REFERENCES admin_users (id),
  -- Tickets assigned in open, in-progress and escalated; kept by the moves.
  active_tickets INTEGER NOT NULL DEFAULT 0 CHECK (active_tickets >= 0),
  -- So many make the agent busy.
  capacity INTEGER NOT NULL DEFAULT 10 CHECK (capacity BETWEEN 1 AND 200),
  status VARCHAR(20) NOT NULL DEFAULT 'away' CHECK (status IN ('available', 'busy', 'away')),
  last_assigned_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_support_agents_email ON support_agents (email);
CREATE INDEX idx_support_agents_department ON support_agents (department_id);
CREATE INDEX idx_support_agents_status ON support_agents (status);

CREATE UNIQUE INDEX idx_support_agents_email_folded ON support_agents (lower(email));
CREATE INDEX idx_support_agents_admin_user ON support_agents (admin_user_id);
CREATE INDEX idx_support_agents_tier ON support_agents (tier);
CREATE INDEX idx_support_agents_name ON support_agents (name, id);
CREATE INDEX idx_support_agents_created ON support_agents (created_at, id);
