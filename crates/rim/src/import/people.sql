-- Roles, people of the panel and customers with what follows from the other files.

-- Whoever brings people without roles keeps the roles that every lender starts with.
INSERT INTO new_admin_roles (id, name, description, permissions, version, created_at, updated_at)
SELECT id, name, description, permissions, version, created_at, updated_at FROM admin_roles r
WHERE EXISTS (SELECT FROM new_admin_users) AND (
  NOT EXISTS (SELECT FROM new_admin_roles WHERE line IS NOT NULL)
  OR r.name = 'super_admin' AND NOT EXISTS (SELECT FROM new_admin_roles n WHERE n.name = r.name)
);

UPDATE new_admin_users u SET role = r.name FROM new_admin_roles r WHERE r.id = u.role_id;

UPDATE new_admin_roles r SET user_count =
  (SELECT count(*) FROM new_admin_users u WHERE u.role_id = r.id);

-- Loans and money say how a customer stands: what the file says of it is computed anew.
UPDATE new_users u SET
  last_active_at = u.updated_at,
  suspended_for_default = u.status = 'suspended' AND l.has_defaulted,
  total_loans = l.loans,
  repayment_status = l.standing
FROM (
  SELECT
    u.id,
    count(l.id) AS loans,
    coalesce(bool_or(l.status = 'defaulted'), FALSE) AS has_defaulted,
    CASE
      WHEN bool_or(l.status = 'defaulted' OR l.status IN ('disbursed', 'repaying')
        AND (l.due_date AT TIME ZONE current_setting('bizgraph.time_zone'))::date
          < current_setting('bizgraph.business_date')::date) THEN 'Overdue'
      WHEN bool_or(l.status IN ('disbursed', 'repaying') AND l.amount_paid > 0) THEN 'Partial'
      WHEN bool_or(l.status IN ('pending', 'approved', 'disbursed', 'repaying')) THEN 'Pending'
      WHEN bool_or(l.status = 'completed') THEN 'Completed'
      ELSE 'Pending'
    END AS standing
  FROM new_users u LEFT JOIN new_loans l ON l.user_id = u.id
  GROUP BY u.id
) l
WHERE l.id = u.id;
