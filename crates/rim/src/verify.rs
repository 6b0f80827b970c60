//! What must always hold (spec 5.11), each as a query for the rows that break it.

use bizgraph_kernel::verify::Check;

/// The invariants of the module.
pub static CHECKS: &[Check] = &[
    Check {
        name: "R6",
        says: "A desk counts its agents, and a role the people who have it.",
        sql: "SELECT 'department', d.id::text, count(a.id)::text, d.agent_count::text \
              FROM departments d LEFT JOIN support_agents a ON a.department_id = d.id \
              GROUP BY d.id HAVING count(a.id) <> d.agent_count \
              UNION ALL \
              SELECT 'admin_role', r.id::text, count(u.id)::text, r.user_count::text \
              FROM admin_roles r LEFT JOIN admin_users u ON u.role_id = r.id \
              GROUP BY r.id HAVING count(u.id) <> r.user_count",
    },
    Check {
        name: "R5",
        says: "Copies of a customer's number, address and name follow the customer, except in what \
               is done.",
        sql: "SELECT 'loan', l.id::text, u.phone || ', ' || u.email, \
                l.user_phone || ', ' || coalesce(l.user_email, '-') \
              FROM loans l JOIN users u ON u.id = l.user_id \
              WHERE l.user_phone <> u.phone OR l.user_email IS DISTINCT FROM u.email \
              UNION ALL \
              SELECT 'transaction', t.id::text, u.phone || ', ' || u.email, \
                t.user_phone || ', ' || coalesce(t.user_email, '-') \
              FROM transactions t JOIN users u ON u.id = t.user_id \
              WHERE t.status = 'pending' \
                AND (t.user_phone <> u.phone OR t.user_email IS DISTINCT FROM u.email) \
              UNION ALL \
              SELECT 'ticket', k.id::text, u.phone || ', ' || u.email, \
                k.customer_phone || ', ' || k.customer_email \
              FROM tickets k JOIN users u ON u.id = k.customer_id \
              WHERE k.status <> 'closed' AND (k.customer_phone <> u.phone \
                OR k.customer_email <> u.email \
                OR k.customer_name <> coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), \
                   ''), u.phone))",
    },
    Check {
        name: "R10",
        says: "There is exactly one row of backup settings and one of security settings.",
        sql: "SELECT 'backup_settings', 'all', '1 and 1', b.rows || ' and ' || s.rows \
              FROM (SELECT count(*) AS rows FROM backup_settings) b, \
                   (SELECT count(*) AS rows FROM security_settings) s \
              WHERE b.rows <> 1 OR s.rows <> 1",
    },
    Check {
        name: "R11",
        says: "A person's role is called what the role is called.",
        sql: "SELECT 'admin_user', u.id::text, r.name, u.role \
              FROM admin_users u JOIN admin_roles r ON r.id = u.role_id WHERE r.name <> u.role",
    },
];
