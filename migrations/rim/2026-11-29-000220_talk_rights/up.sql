-- Whoever works at the desk shows what it looks at and sees what others look at, and sends the
-- files that it uploaded itself.
UPDATE admin_roles
SET permissions = (
  SELECT jsonb_agg(
    CASE WHEN entry ->> 'resource' = 'stored_files'
      THEN '{"resource": "stored_files", "actions": ["read", "write"], "scope": "own"}'::jsonb
      ELSE entry
    END ORDER BY place
  )
  FROM jsonb_array_elements(permissions) WITH ORDINALITY AS listed (entry, place)
) || '[{"resource": "ticket_presences", "actions": ["read", "write"]}]'::jsonb
WHERE name IN ('operations_manager', 'support_agent', 'support_lead');
