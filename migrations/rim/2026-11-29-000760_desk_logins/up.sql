-- A lead says which login acts as which agent, so it sees the logins of those who may work on
-- tickets. The role is told by its key, since a tenant can rename it.
UPDATE admin_roles
SET permissions = permissions || '[{"resource": "admin_users", "actions": ["read"], "scope": "desk"}]'
WHERE id = '01920000-0000-7000-8000-000000000106'
  AND NOT permissions @> '[{"resource": "admin_users"}]';
