CREATE TABLE ticket_sla_clocks (
  id UUID PRIMARY KEY,
  ticket_id UUID NOT NULL UNIQUE REFERENCES tickets (id),
  sla_policy_id UUID NOT NULL REFERENCES sla_policies (id),
  started_at TIMESTAMPTZ NOT NULL,
  first_response_due_at TIMESTAMPTZ NOT NULL,
  first_responded_at TIMESTAMPTZ,
  first_response_warned_at TIMESTAMPTZ,
  first_response_breached_at TIMESTAMPTZ,
  resolution_due_at TIMESTAMPTZ NOT NULL,
  resolution_warned_at TIMESTAMPTZ,
  resolution_breached_at TIMESTAMPTZ,
  -- Waiting for the customer since; the first response never waits.
  paused_at TIMESTAMPTZ,
  -- Minutes of business hours in pauses that ended.
  paused_minutes INTEGER NOT NULL DEFAULT 0 CHECK (paused_minutes >= 0),
  -- Resolved; it goes on when the ticket is reopened.
  stopped_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_ticket_sla_clocks_ticket ON ticket_sla_clocks (ticket_id);
CREATE INDEX idx_ticket_sla_clocks_policy ON ticket_sla_clocks (sla_policy_id);
CREATE INDEX idx_ticket_sla_clocks_first_response ON ticket_sla_clocks (first_response_due_at);
CREATE INDEX idx_ticket_sla_clocks_resolution ON ticket_sla_clocks (resolution_due_at);
CREATE INDEX idx_ticket_sla_clocks_running
  ON ticket_sla_clocks (resolution_due_at) WHERE stopped_at IS NULL AND paused_at IS NULL;
CREATE INDEX idx_ticket_sla_clocks_created ON ticket_sla_clocks (created_at, id);
