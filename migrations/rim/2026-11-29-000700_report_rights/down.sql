UPDATE admin_roles
SET permissions = (
  SELECT coalesce(jsonb_agg(entry ORDER BY place), '[]')
  FROM jsonb_array_elements(permissions) WITH ORDINALITY AS e (entry, place)
  WHERE entry ->> 'resource' NOT LIKE '%.reports'
);
