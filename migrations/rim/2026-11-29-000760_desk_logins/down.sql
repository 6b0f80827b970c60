UPDATE admin_roles
SET permissions = (
  SELECT coalesce(jsonb_agg(entry ORDER BY place), '[]')
  FROM jsonb_array_elements(permissions) WITH ORDINALITY AS e (entry, place)
  WHERE entry ->> 'resource' <> 'admin_users' OR entry ->> 'scope' IS DISTINCT FROM 'desk'
)
WHERE id = '01920000-0000-7000-8000-000000000106';
