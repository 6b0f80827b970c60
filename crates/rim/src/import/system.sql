-- Messages, integrations and settings.

UPDATE new_notification_histories n SET user_id = u.id
FROM new_users u WHERE n.recipient_type = 'user' AND n.recipient = u.id::text;
UPDATE new_notification_histories n SET admin_user_id = u.id
FROM new_admin_users u WHERE n.recipient_type = 'admin' AND n.recipient = u.id::text;
UPDATE new_notification_histories SET error_message = 'Not recorded by the former system'
WHERE status = 'failed' AND error_message IS NULL;

-- Lists of keys are lists of global ids here; a key of nobody stays as it is and is named.
DROP FUNCTION IF EXISTS pg_temp.global_id;
CREATE FUNCTION pg_temp.global_id(kind TEXT, key TEXT) RETURNS TEXT LANGUAGE sql AS $$
  SELECT translate(encode(convert_to(
    current_setting('bizgraph.tenant') || ':' || kind || ':' || key, 'UTF8'), 'base64'),
    E'+/=\n', '-_')
$$;
UPDATE new_broadcast_messages b SET custom_user_ids = CASE WHEN b.target_audience = 'custom'
  THEN ARRAY(SELECT pg_temp.global_id('RimUser', k) FROM unnest(b.custom_user_ids) k)
  ELSE '{}' END;
UPDATE new_broadcast_messages SET
  sent_at = CASE WHEN status = 'sent' THEN coalesce(sent_at, updated_at) ELSE sent_at END;
UPDATE new_system_alerts s SET recipients = ARRAY(
  SELECT CASE WHEN r.id IS NOT NULL THEN pg_temp.global_id('RimAdminRole', r.id::text)
    ELSE pg_temp.global_id('RimAdminUser', k) END
  FROM unnest(s.recipients) k
  LEFT JOIN (SELECT id, name FROM new_admin_roles UNION SELECT id, name FROM admin_roles) r
    ON k = r.id::text OR k = r.name
);
DROP FUNCTION pg_temp.global_id;

-- The document names a telecom's provider only, and not its network.
UPDATE new_api_integrations SET network = CASE
  WHEN type <> 'telecom' THEN NULL
  WHEN provider || ' ' || name ~* '9mobile|etisalat' THEN '9mobile'
  WHEN provider || ' ' || name ~* 'airtel' THEN 'Airtel'
  WHEN provider || ' ' || name ~* '\mglo' THEN 'Glo'
  WHEN provider || ' ' || name ~* '\mmtn' THEN 'MTN'
END
WHERE network IS NULL;
UPDATE new_api_integrations SET
  last_tested = CASE WHEN last_test_result IS NOT NULL THEN coalesce(last_tested, updated_at) END,
  last_test_result = CASE WHEN last_tested IS NOT NULL THEN last_test_result END;

-- What the file does not name stays as every lender starts.
INSERT INTO new_system_configs
  (id, category, key, value, description, data_type, version, created_at, updated_at)
SELECT id, category, key, value, description, data_type, version, created_at, updated_at
FROM system_configs s
WHERE EXISTS (SELECT FROM new_system_configs) AND NOT EXISTS (
  SELECT FROM new_system_configs n WHERE n.category = s.category AND n.key = s.key);
INSERT INTO new_email_templates
  (id, name, subject, body, variables, type, enabled, version, created_at, updated_at)
SELECT id, name, subject, body, variables, type, enabled, version, created_at, updated_at
FROM email_templates s
WHERE EXISTS (SELECT FROM new_email_templates)
  AND NOT EXISTS (SELECT FROM new_email_templates n WHERE n.name = s.name);
INSERT INTO new_sms_templates
  (id, name, message, variables, enabled, version, created_at, updated_at)
SELECT id, name, message, variables, enabled, version, created_at, updated_at
FROM sms_templates s
WHERE EXISTS (SELECT FROM new_sms_templates)
  AND NOT EXISTS (SELECT FROM new_sms_templates n WHERE n.name = s.name);

UPDATE new_security_settings SET id = 1;

-- Files of the former system's backups are not ours; a run that was open has ended with it.
UPDATE new_backups b SET
  status = CASE WHEN b.status = 'in_progress' THEN 'failed' ELSE b.status END,
  error_message = CASE WHEN b.status = 'in_progress' THEN 'Open when it was taken over'
    ELSE b.error_message END,
  completed_at = coalesce(b.completed_at, b.created_at),
  removed_at = CASE WHEN b.status = 'success' THEN coalesce(b.completed_at, b.created_at) END,
  base_backup_id = CASE WHEN b.type = 'incremental' THEN (
    SELECT f.id FROM new_backups f WHERE f.type = 'full' AND f.status = 'success'
      AND f.created_at <= b.created_at ORDER BY f.created_at DESC, f.id LIMIT 1) END;
UPDATE new_backup_settings SET next_backup = NULL;
