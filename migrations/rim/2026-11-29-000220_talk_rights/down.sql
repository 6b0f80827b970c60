UPDATE admin_roles
SET permissions = (
  SELECT COALESCE(jsonb_agg(entry ORDER BY place), '[]'::jsonb)
  FROM jsonb_array_elements(permissions) WITH ORDINALITY AS listed (entry, place)
  WHERE entry ->> 'resource' <> 'ticket_presences'
)
WHERE name IN ('operations_manager', 'support_agent', 'support_lead');
