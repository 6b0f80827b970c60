DROP INDEX idx_ticket_sla_clocks_resolving;
DROP INDEX idx_ticket_sla_clocks_answering;
ALTER TABLE ticket_sla_clocks
  ADD COLUMN paused_minutes INTEGER NOT NULL DEFAULT 0 CHECK (paused_minutes >= 0);
UPDATE ticket_sla_clocks SET paused_minutes = paused_seconds / 60;
ALTER TABLE ticket_sla_clocks
  DROP COLUMN first_response_minutes,
  DROP COLUMN resolution_minutes,
  DROP COLUMN warning_percent,
  DROP COLUMN first_response_warns_at,
  DROP COLUMN resolution_warns_at,
  DROP COLUMN paused_seconds;
