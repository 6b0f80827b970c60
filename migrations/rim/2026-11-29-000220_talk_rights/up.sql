-- Whoever works at the desk shows what it looks at, and sees what others look at.
UPDATE admin_roles
SET permissions = permissions || '[{"resource": "ticket_presences", "actions": ["read", "write"]}]'::jsonb
WHERE name IN ('operations_manager', 'support_agent', 'support_lead');
