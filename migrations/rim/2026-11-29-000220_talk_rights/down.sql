UPDATE admin_roles
SET permissions = (
  SELECT jsonb_agg(
    CASE WHEN entry ->> 'resource' = 'stored_files'
      THEN '{"resource": "stored_files", "actions": ["write"]}'::jsonb
      ELSE entry
    END ORDER BY place
  )
  FROM jsonb_array_elements(permissions) WITH ORDINALITY AS listed (entry, place)
  WHERE entry ->> 'resource' <> 'ticket_presences'
)
WHERE name IN ('operations_manager', 'support_agent', 'support_lead');
