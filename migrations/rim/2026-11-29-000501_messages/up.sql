-- Messages to people, and how they come to be.

ALTER TABLE notification_histories
  -- A second message with the same key is never written.
  ADD COLUMN dedupe_key TEXT NOT NULL DEFAULT gen_random_uuid()::text UNIQUE,
  ADD COLUMN is_html BOOLEAN NOT NULL DEFAULT FALSE,
  -- Of a broadcast: the place in its audience.
  ADD COLUMN broadcast_recipient_id UUID UNIQUE REFERENCES broadcast_recipients (id),
  ADD CONSTRAINT check_notification_broadcast
    CHECK (broadcast_recipient_id IS NULL OR type = 'broadcast');

-- When the audience was resolved; from then on it is going out.
ALTER TABLE broadcast_messages ADD COLUMN started_at TIMESTAMPTZ;

-- When the message of a recipient was handed over to be sent.
ALTER TABLE broadcast_recipients ADD COLUMN queued_at TIMESTAMPTZ;
CREATE INDEX idx_broadcast_recipients_unqueued ON broadcast_recipients (broadcast_message_id, id)
  WHERE status = 'pending' AND queued_at IS NULL;

INSERT INTO email_templates (id, name, subject, body, variables, type) VALUES
  ('01920000-0000-7000-8000-000000000608', 'ticket_resolved', 'Your ticket was resolved',
   'Dear {{name}}, ticket {{ticketNumber}} was resolved: {{resolution}} If this does not help, '
   'answer in the app within {{days}} days and we go on.',
   '{name, ticketNumber, resolution, days}', 'notification');
INSERT INTO sms_templates (id, name, message, variables) VALUES
  ('01920000-0000-7000-8000-000000000708', 'ticket_resolved',
   'Your ticket {{ticketNumber}} was resolved.', '{ticketNumber}');

-- Everybody reads what was written to them; who writes to customers tries again what failed.
UPDATE admin_roles SET permissions = permissions ||
  '[{"resource": "notification_histories", "actions": ["read"], "scope": "own"}]'
  WHERE name IN ('loan_officer', 'finance', 'support_agent', 'support_lead');
UPDATE admin_roles SET permissions = (
    SELECT jsonb_agg(CASE WHEN p ->> 'resource' = 'notification_histories'
      THEN jsonb_set(p, '{actions}', '["read", "write"]') ELSE p END ORDER BY place)
    FROM jsonb_array_elements(permissions) WITH ORDINALITY AS e (p, place))
  WHERE name IN ('operations_manager', 'marketing');
