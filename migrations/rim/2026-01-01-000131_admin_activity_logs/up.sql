-- What administrators did: changes, logins, exports, and what they were not allowed to.
CREATE VIEW admin_activity_logs WITH (security_invoker = true) AS
SELECT
  e.id,
  substr(e.actor, 11)::uuid AS admin_id,
  e.actor_name AS admin_name,
  e.action,
  e.entity AS resource,
  NULLIF(e.entity_id, '') AS resource_id,
  jsonb_strip_nulls(jsonb_build_object(
    'operation', e.operation,
    'reason', e.reason,
    'changes', NULLIF(e.new_values, '{}')
  )) AS details,
  e.address AS ip_address,
  e.occurred_at AS timestamp
FROM audit_entries AS e
WHERE e.actor LIKE 'adminUser:%';
