UPDATE admin_roles
SET permissions = (
  SELECT coalesce(jsonb_agg(entry ORDER BY place), '[]')
  FROM jsonb_array_elements(permissions) WITH ORDINALITY AS e (entry, place)
  WHERE entry ->> 'resource' <> 'period_locks' AND entry ->> 'resource' NOT LIKE 'period\_locks.%'
);
