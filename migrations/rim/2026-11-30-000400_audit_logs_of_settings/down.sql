CREATE OR REPLACE VIEW audit_logs WITH (security_invoker = true) AS
SELECT
  e.id,
  e.action,
  e.entity,
  e.entity_id,
  CASE WHEN e.actor LIKE 'adminUser:%' THEN substr(e.actor, 11)::uuid END AS user_id,
  e.actor_name AS user_name,
  e.actor_role AS user_role,
  (
    SELECT jsonb_object_agg(
      field.name,
      jsonb_build_object('old', e.old_values -> field.name, 'new', e.new_values -> field.name)
    )
    FROM (
      SELECT jsonb_object_keys(e.old_values) AS name
      UNION
      SELECT jsonb_object_keys(e.new_values)
    ) AS field
  ) AS changes,
  e.address AS ip_address,
  e.user_agent,
  e.occurred_at AS timestamp
FROM audit_entries AS e
WHERE e.entity LIKE 'Rim%'
  AND e.action NOT IN ('read_sensitive', 'export', 'denied');
