UPDATE admin_roles SET permissions = (
    SELECT jsonb_agg(CASE WHEN p ->> 'resource' = 'notification_histories'
      THEN jsonb_set(p, '{actions}', '["read"]') ELSE p END ORDER BY place)
    FROM jsonb_array_elements(permissions) WITH ORDINALITY AS e (p, place))
  WHERE name IN ('operations_manager', 'marketing');
UPDATE admin_roles SET permissions = (
    SELECT jsonb_agg(p ORDER BY place)
    FROM jsonb_array_elements(permissions) WITH ORDINALITY AS e (p, place)
    WHERE p ->> 'resource' <> 'notification_histories')
  WHERE name IN ('loan_officer', 'finance', 'support_agent', 'support_lead');
DELETE FROM sms_templates WHERE name = 'ticket_resolved';
DELETE FROM email_templates WHERE name = 'ticket_resolved';
DROP INDEX idx_broadcast_recipients_unqueued;
ALTER TABLE broadcast_recipients DROP COLUMN queued_at;
ALTER TABLE broadcast_messages DROP COLUMN started_at;
ALTER TABLE notification_histories
  DROP CONSTRAINT check_notification_broadcast,
  DROP COLUMN broadcast_recipient_id, DROP COLUMN is_html, DROP COLUMN dedupe_key;
