-- A clock keeps what was promised when it was set, so that a change of the promise is for tickets
-- to come, and it counts pauses by the second.
ALTER TABLE ticket_sla_clocks
  ADD COLUMN first_response_minutes INTEGER,
  ADD COLUMN resolution_minutes INTEGER,
  ADD COLUMN warning_percent INTEGER,
  ADD COLUMN first_response_warns_at TIMESTAMPTZ,
  ADD COLUMN resolution_warns_at TIMESTAMPTZ,
  ADD COLUMN paused_seconds INTEGER NOT NULL DEFAULT 0 CHECK (paused_seconds >= 0);

UPDATE ticket_sla_clocks c SET
  first_response_minutes = p.first_response_minutes,
  resolution_minutes = p.resolution_minutes,
  warning_percent = p.warning_percent,
  first_response_warns_at = c.first_response_due_at,
  resolution_warns_at = c.resolution_due_at,
  paused_seconds = c.paused_minutes * 60
FROM sla_policies p WHERE p.id = c.sla_policy_id;

ALTER TABLE ticket_sla_clocks
  ALTER COLUMN first_response_minutes SET NOT NULL,
  ALTER COLUMN resolution_minutes SET NOT NULL,
  ALTER COLUMN warning_percent SET NOT NULL,
  ALTER COLUMN first_response_warns_at SET NOT NULL,
  ALTER COLUMN resolution_warns_at SET NOT NULL,
  DROP COLUMN paused_minutes;

-- What the clocks' job looks for each minute.
CREATE INDEX idx_ticket_sla_clocks_answering
  ON ticket_sla_clocks (first_response_warns_at) WHERE first_responded_at IS NULL;
CREATE INDEX idx_ticket_sla_clocks_resolving
  ON ticket_sla_clocks (resolution_warns_at) WHERE stopped_at IS NULL AND paused_at IS NULL;
