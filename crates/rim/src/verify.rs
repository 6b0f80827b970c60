//! What must always hold (spec 5.11), each as a query for the rows that break it.

use bizgraph_kernel::verify::Check;

/// The invariants of the module.
pub static CHECKS: &[Check] = &[
    Check {
        name: "R1",
        says: "What is due follows from a loan's terms, and what was paid from its repayments.",
        sql: "SELECT 'loan', l.id::text, e.due || ', ' || e.paid, \
                l.amount_due || ', ' || l.amount_paid \
              FROM loans l CROSS JOIN LATERAL (SELECT \
                l.amount + round(l.amount * l.interest_rate / 100, 2) + l.fee + l.late_fee AS due, \
                coalesce((SELECT sum(r.amount) FROM loan_repayments r \
                  WHERE r.loan_id = l.id AND r.reversed_at IS NULL), 0.00) AS paid) e \
              WHERE e.due <> l.amount_due OR e.paid <> l.amount_paid",
    },
    Check {
        name: "R2",
        says: "A loan's status agrees with its amounts and dates.",
        sql: "SELECT 'loan', l.id::text, 'what ' || l.status || ' means', \
                l.amount_paid || ' of ' || l.amount_due || ', due ' || coalesce(l.due_date::text, '-') \
              FROM loans l \
              WHERE (l.status = 'completed') <> (l.disbursed_at IS NOT NULL \
                  AND l.outstanding_amount = 0) \
                OR (l.status = 'repaying' AND l.amount_paid = 0) \
                OR (l.status NOT IN ('repaying', 'completed', 'defaulted') AND l.amount_paid > 0) \
                OR (l.status = 'defaulted' AND l.defaulted_at IS NULL) \
                OR (l.status = 'approved' AND l.approved_at IS NULL) \
                OR l.due_date - l.disbursed_at NOT BETWEEN \
                  make_interval(days => l.repayment_period) - interval '1 hour' \
                  AND make_interval(days => l.repayment_period + 1) + interval '1 hour'",
    },
    Check {
        name: "R3",
        says: "What was out when a loan was agreed to was within the limit of that moment.",
        sql: "SELECT 'loan', l.id::text, 'at most ' || l.limit_at_approval, \
                l.exposure_at_approval::text \
              FROM loans l WHERE l.exposure_at_approval > l.limit_at_approval",
    },
    Check {
        name: "R4",
        says: "A customer's figures follow from loans and transactions.",
        sql: "SELECT 'user', u.id::text, \
                concat_ws(', ', l.standing, l.loans, t.repaid, t.credit), \
                concat_ws(', ', u.repayment_status, u.total_loans, u.total_repaid, \
                  u.repayment_credit) \
              FROM users u CROSS JOIN LATERAL (SELECT count(*) AS loans, \
                CASE WHEN bool_or(l.status = 'defaulted') THEN 'Overdue' \
                  WHEN bool_or(l.status IN ('disbursed', 'repaying') AND l.amount_paid > 0) \
                    THEN 'Partial' \
                  WHEN bool_or(l.status IN ('pending', 'approved', 'disbursed', 'repaying')) \
                    THEN 'Pending' \
                  WHEN bool_or(l.status = 'completed') THEN 'Completed' \
                  ELSE 'Pending' END AS standing, \
                coalesce(bool_or(l.status IN ('disbursed', 'repaying') AND l.due_date < \
                  current_setting('bizgraph.business_date')::date + 1), FALSE) AS may_be_late, \
                coalesce(bool_or(l.status IN ('disbursed', 'repaying') AND l.due_date < \
                  current_setting('bizgraph.business_date')::date - 1), FALSE) AS is_late \
                FROM loans l WHERE l.user_id = u.id) l \
              CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount), 0.00) AS repaid, \
                coalesce(sum(t.amount - r.applied), 0.00) AS credit \
                FROM transactions t CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount), 0.00) \
                  AS applied FROM loan_repayments r \
                  WHERE r.transaction_id = t.id AND r.reversed_at IS NULL) r \
                WHERE t.type = 'repayment' AND t.status = 'completed' AND t.user_id = u.id) t \
              WHERE l.loans <> u.total_loans OR t.repaid <> u.total_repaid \
                OR t.credit <> u.repayment_credit \
                OR (u.repayment_status <> l.standing OR l.is_late) \
                  AND NOT (u.repayment_status = 'Overdue' AND l.may_be_late)",
    },
    Check {
        name: "R8",
        says: "What of a repayment went to loans and what is kept as credit is what was paid, and \
               nothing of one that does not count.",
        sql: "SELECT 'transaction', t.id::text, 'at most ' || \
                CASE t.status WHEN 'completed' THEN t.amount ELSE 0.00 END, r.applied::text \
              FROM transactions t CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount), 0.00) \
                AS applied FROM loan_repayments r \
                WHERE r.transaction_id = t.id AND r.reversed_at IS NULL) r \
              WHERE r.applied > CASE WHEN t.type = 'repayment' AND t.status = 'completed' \
                THEN t.amount ELSE 0.00 END \
              UNION ALL \
              SELECT 'user', u.id::text, p.paid::text, p.applied || ' + ' || u.repayment_credit \
              FROM users u CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount), 0.00) AS paid, \
                coalesce(sum(r.applied), 0.00) AS applied FROM transactions t CROSS JOIN LATERAL \
                (SELECT coalesce(sum(r.amount), 0.00) AS applied FROM loan_repayments r \
                  WHERE r.transaction_id = t.id AND r.reversed_at IS NULL) r \
                WHERE t.type = 'repayment' AND t.status = 'completed' AND t.user_id = u.id) p \
              WHERE p.applied + u.repayment_credit <> p.paid",
    },
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
        name: "R6",
        says: "A ticket counts its messages without the notes among agents, and an agent its \
               tickets in work, busy with as many as its capacity.",
        sql: "SELECT 'ticket', k.id::text, m.messages || ', ' || coalesce(m.last::text, '-'), \
                k.message_count || ', ' || coalesce(k.last_message_at::text, '-') \
              FROM tickets k CROSS JOIN LATERAL (SELECT count(*) AS messages, \
                max(m.created_at) AS last FROM chat_messages m \
                WHERE m.ticket_id = k.id AND NOT m.internal) m \
              WHERE m.messages <> k.message_count OR m.last IS DISTINCT FROM k.last_message_at \
              UNION ALL \
              SELECT 'support_agent', a.id::text, k.tickets || ' of ' || a.capacity, \
                a.active_tickets || ', ' || a.status \
              FROM support_agents a CROSS JOIN LATERAL (SELECT count(*) AS tickets \
                FROM tickets k WHERE k.assigned_to = a.id \
                AND k.status IN ('open', 'in-progress', 'escalated')) k \
              WHERE k.tickets <> a.active_tickets \
                OR (a.status = 'available' AND a.active_tickets >= a.capacity) \
                OR (a.status = 'busy' AND a.active_tickets < a.capacity)",
    },
    Check {
        name: "R7",
        says: "Every status of a ticket has a row of its history, each from where the last led.",
        sql: "WITH chain AS (SELECT h.id, h.ticket_id, h.from_status, h.to_status, \
                lag(h.to_status) OVER (PARTITION BY h.ticket_id ORDER BY h.created_at, h.id) \
                  AS before, \
                lead(h.to_status) OVER (PARTITION BY h.ticket_id ORDER BY h.created_at, h.id) \
                  AS after \
                FROM ticket_histories h WHERE h.to_status IS NOT NULL) \
              SELECT 'ticket_history', c.id::text, 'from ' || coalesce(c.before, 'nothing'), \
                'from ' || coalesce(c.from_status, 'nothing') \
              FROM chain c WHERE c.from_status IS DISTINCT FROM c.before \
              UNION ALL \
              SELECT 'ticket', k.id::text, coalesce(c.to_status, 'a history'), k.status \
              FROM tickets k LEFT JOIN chain c ON c.ticket_id = k.id AND c.after IS NULL \
              WHERE c.to_status IS DISTINCT FROM k.status",
    },
    Check {
        name: "SLA",
        says: "A ticket's clock rests while it waits for the customer, is stopped while nobody \
               works on it, and nothing is due or late before its time.",
        sql: "SELECT 'ticket_sla_clock', c.id::text, 'what ' || k.status || CASE \
                WHEN k.waiting_on_customer THEN ', waiting,' ELSE '' END || ' means', \
                concat_ws(', ', 'started ' || c.started_at, 'answer due ' || \
                  c.first_response_due_at, 'resolution due ' || c.resolution_due_at, \
                  'paused ' || c.paused_at, 'stopped ' || c.stopped_at) \
              FROM ticket_sla_clocks c JOIN tickets k ON k.id = c.ticket_id \
              WHERE (c.paused_at IS NOT NULL) <> k.waiting_on_customer \
                OR (c.stopped_at IS NOT NULL) <> (k.status IN ('resolved', 'closed')) \
                OR c.started_at <> k.created_at \
                OR c.first_response_due_at \
                  < c.started_at + make_interval(mins => c.first_response_minutes) \
                OR c.resolution_due_at < c.started_at \
                  + make_interval(mins => c.resolution_minutes, secs => c.paused_seconds) \
                OR c.first_response_warns_at > c.first_response_due_at \
                OR c.resolution_warns_at > c.resolution_due_at \
                OR c.first_response_breached_at < c.first_response_due_at \
                OR c.first_responded_at < c.started_at \
              UNION ALL \
              SELECT 'ticket', k.id::text, 'nobody waits', k.status || ', waiting' \
              FROM tickets k WHERE k.waiting_on_customer AND k.status IN ('resolved', 'closed')",
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
                   ''), u.phone) AND NOT (starts_with(k.customer_name, 'personal:') \
                   AND concat_ws(' ', u.first_name, u.last_name) <> ''))",
    },
    Check {
        name: "R9",
        says: "A broadcast counts its recipients, who stand as their messages do.",
        sql: "SELECT 'broadcast_message', b.id::text, \
                concat_ws(', ', r.people, r.sent, r.failed), \
                concat_ws(', ', b.audience_size, b.sent_count, b.failed_count) \
              FROM broadcast_messages b CROSS JOIN LATERAL (SELECT \
                count(DISTINCT r.user_id) AS people, \
                count(*) FILTER (WHERE r.status IN ('sent', 'delivered')) AS sent, \
                count(*) FILTER (WHERE r.status = 'failed') AS failed \
                FROM broadcast_recipients r WHERE r.broadcast_message_id = b.id) r \
              WHERE r.people <> coalesce(b.audience_size, 0) OR r.sent <> b.sent_count \
                OR r.failed <> b.failed_count OR (b.status = 'sent' AND b.sent_at IS NULL) \
                OR (b.status = 'failed' AND r.sent > 0) \
              UNION ALL \
              SELECT 'broadcast_recipient', r.id::text, n.status, r.status \
              FROM broadcast_recipients r \
              JOIN notification_histories n ON n.broadcast_recipient_id = r.id \
              WHERE n.status <> r.status AND r.queued_at IS NOT NULL",
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
        says: "Nobody active is without a role, and a person's role is called what the role is.",
        sql: "SELECT 'admin_user', u.id::text, coalesce(r.name, 'a role'), u.role \
              FROM admin_users u LEFT JOIN admin_roles r ON r.id = u.role_id \
              WHERE r.name <> u.role OR (r.id IS NULL AND u.status = 'active')",
    },
    Check {
        name: "R12",
        says: "An incremental backup goes on from the full one that was the last at its moment \
               and is still there; so only one chain grows at a time.",
        sql: "SELECT 'backup', i.id::text, 'the last full backup that is there', \
                f.type || ' ' || f.name || ', ' || f.status || \
                CASE WHEN f.removed_at IS NULL THEN '' ELSE ', removed' END \
              FROM backups i JOIN backups f ON f.id = i.base_backup_id \
              WHERE i.removed_at IS NULL AND i.status <> 'failed' AND (f.type <> 'full' \
                OR f.status <> 'success' OR f.removed_at IS NOT NULL OR EXISTS ( \
                  SELECT FROM backups l WHERE l.type = 'full' AND l.status = 'success' \
                  AND l.completed_at > f.completed_at AND l.completed_at < i.created_at \
                  AND (l.removed_at IS NULL OR l.removed_at > i.created_at)))",
    },
];
