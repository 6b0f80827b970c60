-- Who reads which reports. Roles are told by their keys, since a tenant can rename them.
UPDATE admin_roles AS r
SET permissions = r.permissions || (
  SELECT jsonb_agg(jsonb_build_object('resource', g.resource, 'actions', '["read"]'::jsonb))
  FROM unnest(string_to_array(n.resources, ' ')) AS g (resource)
  WHERE NOT r.permissions @> jsonb_build_array(jsonb_build_object('resource', g.resource))
)
FROM (VALUES
  -- operations_manager, auditor
  ('01920000-0000-7000-8000-000000000102', 'users.reports loans.reports transactions.reports reconciliation_batches.reports tickets.reports support_agents.reports broadcast_messages.reports api_integrations.reports admin_activity_logs.reports'),
  ('01920000-0000-7000-8000-000000000108', 'users.reports loans.reports transactions.reports reconciliation_batches.reports tickets.reports support_agents.reports broadcast_messages.reports api_integrations.reports admin_activity_logs.reports'),
  -- loan_officer, finance
  ('01920000-0000-7000-8000-000000000103', 'users.reports loans.reports'),
  ('01920000-0000-7000-8000-000000000104', 'loans.reports transactions.reports reconciliation_batches.reports'),
  -- support_lead, marketing
  ('01920000-0000-7000-8000-000000000106', 'tickets.reports support_agents.reports'),
  ('01920000-0000-7000-8000-000000000107', 'users.reports broadcast_messages.reports')
) AS n (id, resources)
WHERE r.id = n.id::uuid;
