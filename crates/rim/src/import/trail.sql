-- What the former system recorded becomes entries of the trail. Its keys stand as the requests
-- that made them; values that only some may read are left out, as they were not sealed.

INSERT INTO new_audit_entries
  (id, occurred_at, business_date, actor, actor_name, actor_role, action, entity, entity_id,
   old_values, new_values, operation, request_id, address, user_agent)
SELECT
  (SELECT coalesce(max(id), 0) FROM audit_entries)
    + row_number() OVER (ORDER BY e.at, e.source, e.id),
  e.at, (e.at AT TIME ZONE current_setting('bizgraph.time_zone'))::date, 'adminUser:' || e.person,
  e.name, e.role, e.action, e.entity, e.entity_id, e.old_values, e.new_values, 'import',
  'import:' || e.source || ':' || e.id, e.address, e.user_agent
FROM (
  SELECT 'AuditLog' AS source, l.id, l.timestamp AS at, l.user_id AS person,
    coalesce(l.user_name, '') AS name, coalesce(l.user_role, '') AS role, l.action,
    CASE WHEN l.entity LIKE 'Rim%' THEN l.entity ELSE 'Rim' || l.entity END AS entity, l.entity_id,
    c.old_values, c.new_values, l.ip_address AS address, l.user_agent
  FROM new_audit_logs l CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(f.key, f.value -> 'old'), '{}') AS old_values,
      coalesce(jsonb_object_agg(f.key, f.value -> 'new'), '{}') AS new_values
    FROM jsonb_each(CASE WHEN jsonb_typeof(l.changes) = 'object' THEN l.changes ELSE '{}' END) f
    WHERE jsonb_typeof(f.value) = 'object'
      AND f.key !~* 'phone|email|creditscore|apikey|apisecret|password|ipaddress'
  ) c
  UNION ALL
  SELECT 'AdminActivityLog', a.id, a.timestamp, a.admin_id, coalesce(a.admin_name, ''),
    coalesce((SELECT u.role FROM new_admin_users u WHERE u.id = a.admin_id), ''), a.action,
    a.resource, coalesce(a.resource_id, ''), '{}',
    coalesce((SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(
      CASE WHEN jsonb_typeof(a.details) = 'object' THEN a.details ELSE '{}' END) f
      WHERE f.key !~* 'phone|email|creditscore|apikey|apisecret|password|ipaddress'), '{}'),
    a.ip_address, NULL
  FROM new_admin_activity_logs a
) e
WHERE e.at IS NOT NULL AND e.person IS NOT NULL;
