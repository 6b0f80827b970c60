-- A hundred and more of everything that the lender's lists lead to, each row with all that it can
-- point at: row n of one table belongs to row n of another.
SET search_path TO rim;
CREATE FUNCTION pg_temp.k(kind integer, n integer) RETURNS uuid LANGUAGE sql AS
  $$ SELECT (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.admin() RETURNS uuid LANGUAGE sql AS
  $$ SELECT id FROM admin_users WHERE username = 'admin' $$;
DELETE FROM support_agents;
DELETE FROM departments;
DELETE FROM users;
DELETE FROM audit_entries;

INSERT INTO admin_roles (id, name, description, permissions)
  SELECT pg_temp.k(1, n), 'role' || n, 'x', '[]' FROM generate_series(1, 110) n;
INSERT INTO admin_users (id, username, email, role, role_id)
  SELECT pg_temp.k(2, n), 'person' || n, n || '@rim.example', 'role' || n, pg_temp.k(1, n)
  FROM generate_series(1, 110) n;
UPDATE admin_users SET created_by = pg_temp.admin();
UPDATE system_configs SET updated_by = pg_temp.admin();
INSERT INTO system_configs (id, category, key, value, description, data_type, updated_by)
  SELECT gen_random_uuid(), 'x', 'k' || n, 'x', 'x', 'string', pg_temp.k(2, n)
  FROM generate_series(1, 110) n;
INSERT INTO email_templates (id, name, subject, body, type)
  SELECT gen_random_uuid(), 't' || n, 'x', 'x', 'notification' FROM generate_series(1, 110) n;
INSERT INTO sms_templates (id, name, message)
  SELECT gen_random_uuid(), 't' || n, 'x' FROM generate_series(1, 110) n;

INSERT INTO users (id, user_id, first_name, phone, email)
  SELECT pg_temp.k(3, n), 'U' || n, 'x', '+23480' || lpad(n::text, 8, '0'), n || '@rim.example'
  FROM generate_series(1, 110) n;
INSERT INTO loan_products (id, name, network, min_amount, max_amount, interest_rate,
    repayment_period)
  SELECT pg_temp.k(4, n), 'p' || n, 'MTN', 50, 100, 10, 7 FROM generate_series(1, 110) n;
INSERT INTO loans (id, loan_id, user_id, user_phone, loan_product_id, requested_by, amount, network,
    interest_rate, repayment_period, amount_due, approved_by, rejected_by, deleted_by,
    exposure_at_request, limit_at_request)
  SELECT pg_temp.k(5, n), 'L' || n, pg_temp.k(3, n), 'x', pg_temp.k(4, n), pg_temp.k(2, n), 50,
    'MTN', 10, 7, 55, pg_temp.k(2, n), pg_temp.k(2, n), pg_temp.k(2, n), 50, 100
  FROM generate_series(1, 110) n;
INSERT INTO reconciliation_batches (id, name, provider, statement_date, created_by)
  SELECT pg_temp.k(6, n), 'b' || n, 'x', '2026-03-01', pg_temp.k(2, n)
  FROM generate_series(1, 110) n;
INSERT INTO transactions (id, transaction_id, user_id, user_phone, type, amount, status,
    payment_method, loan_id, refunded_by, reconciled_at, reconciled_by, reconciliation_batch_id,
    created_by, deleted_by)
  SELECT pg_temp.k(7, n), 'T' || n, pg_temp.k(3, n), 'x', 'repayment', 10, 'completed', 'wallet',
    pg_temp.k(5, n), pg_temp.k(2, n), '2026-03-01', pg_temp.k(2, n), pg_temp.k(6, n),
    pg_temp.k(2, n), pg_temp.k(2, n)
  FROM generate_series(1, 110) n;
INSERT INTO loan_repayments (id, transaction_id, loan_id, amount)
  SELECT gen_random_uuid(), pg_temp.k(7, n), pg_temp.k(5, n), 10 FROM generate_series(1, 110) n;
INSERT INTO credit_limit_changes (id, user_id, changed_by, loan_id, reason, old_limit, new_limit,
    old_score, new_score)
  SELECT gen_random_uuid(), pg_temp.k(3, n), pg_temp.k(2, n), pg_temp.k(5, n), 'x', 0, 50, 0, 1
  FROM generate_series(1, 110) n;

INSERT INTO departments (id, name, description, tier)
  SELECT pg_temp.k(8, n), 'd' || n, 'x', 1 FROM generate_series(1, 110) n;
INSERT INTO canned_replies (id, name, body, department_id, created_by)
  SELECT gen_random_uuid(), 'r' || n, 'x', pg_temp.k(8, n), pg_temp.k(2, n)
  FROM generate_series(1, 110) n;
INSERT INTO support_agents (id, name, email, phone, department_id, tier, admin_user_id)
  SELECT pg_temp.k(9, n), 'a' || n, n || '@desk.example', 'x', pg_temp.k(8, n), 1, pg_temp.k(2, n)
  FROM generate_series(1, 110) n;
INSERT INTO tickets (id, ticket_number, customer_id, customer_name, customer_phone, customer_email,
    subject, description, category, status, assigned_to, assigned_to_name, department_id,
    escalated_to, escalated_to_name, resolved_by, created_by)
  SELECT pg_temp.k(10, n), 'T' || n, pg_temp.k(3, n), 'x', 'x', 'x', 'Help', 'x', 'general',
    'escalated', pg_temp.k(9, n), 'x', pg_temp.k(8, n), pg_temp.k(9, n), 'x', pg_temp.k(2, n),
    pg_temp.k(2, n)
  FROM generate_series(1, 110) n;
UPDATE tickets t SET duplicate_of_id = pg_temp.k(10, n % 110 + 1),
    previous_ticket_id = pg_temp.k(10, n % 110 + 1)
  FROM generate_series(1, 110) n WHERE t.id = pg_temp.k(10, n);
INSERT INTO chat_messages (id, ticket_id, sender_type, sender_user_id, sender_name, message)
  SELECT pg_temp.k(11, n), pg_temp.k(10, n), 'customer', pg_temp.k(3, n), 'x', 'x'
  FROM generate_series(1, 110) n;
INSERT INTO stored_files (id, name, content_type, byte_length, sha256, location, created_by)
  SELECT pg_temp.k(12, n), 'x', 'image/png', 1, 'x', 'x' || n, 'system'
  FROM generate_series(1, 110) n;
INSERT INTO attachments (id, message_id, stored_file_id)
  SELECT gen_random_uuid(), pg_temp.k(11, n), pg_temp.k(12, n) FROM generate_series(1, 110) n;
INSERT INTO ticket_histories (id, ticket_id, action, performer_type, performed_by_user_id,
    performed_by_name)
  SELECT gen_random_uuid(), pg_temp.k(10, n), 'x', 'customer', pg_temp.k(3, n), 'x'
  FROM generate_series(1, 110) n;
INSERT INTO ticket_sla_clocks (id, ticket_id, sla_policy_id, started_at, first_response_minutes,
    resolution_minutes, warning_percent, first_response_warns_at, first_response_due_at,
    resolution_warns_at, resolution_due_at)
  SELECT gen_random_uuid(), pg_temp.k(10, n), p.id, d, 1, 1, 80, d, d, d, d
  FROM generate_series(1, 110) n, (SELECT id, timestamptz '2026-03-02' AS d FROM sla_policies
    LIMIT 1) p;
INSERT INTO ticket_presences (id, ticket_id, activity, person, user_id, name, internal, until)
  SELECT gen_random_uuid(), pg_temp.k(10, n), 'viewing', 'x', pg_temp.k(3, n), 'x', FALSE,
    '2030-01-01'
  FROM generate_series(1, 110) n;

INSERT INTO system_alerts (id, name, type, threshold, channel)
  SELECT pg_temp.k(13, n), 'a' || n, 'api_failure', 1, '{email}' FROM generate_series(1, 110) n;
INSERT INTO alert_firings (id, system_alert_id, value, threshold)
  SELECT gen_random_uuid(), pg_temp.k(13, n), 1, 1 FROM generate_series(1, 110) n;
INSERT INTO broadcast_messages (id, title, message, type, target_audience, created_by, approved_by)
  SELECT pg_temp.k(14, n), 'x', 'x', 'sms', 'all', pg_temp.k(2, n), pg_temp.admin()
  FROM generate_series(1, 110) n;
INSERT INTO broadcast_recipients (id, broadcast_message_id, user_id, channel, address)
  SELECT pg_temp.k(15, n), pg_temp.k(14, n), pg_temp.k(3, n), 'sms', 'x'
  FROM generate_series(1, 110) n;
INSERT INTO notification_histories (id, type, title, message, channel, recipient_type, user_id,
    broadcast_recipient_id)
  SELECT gen_random_uuid(), 'broadcast', 'x', 'x', 'sms', 'user', pg_temp.k(3, n),
    pg_temp.k(15, n)
  FROM generate_series(1, 110) n;
INSERT INTO api_integrations (id, name, type, provider, status, base_url, deleted_by)
  SELECT pg_temp.k(16, n), 'i' || n, 'sms', 'x', 'inactive', 'https://x.example', pg_temp.k(2, n)
  FROM generate_series(1, 110) n;
INSERT INTO api_calls (id, api_integration_id, purpose, transaction_id, succeeded)
  SELECT gen_random_uuid(), pg_temp.k(16, n), 'airtime', pg_temp.k(7, n), TRUE
  FROM generate_series(1, 110) n;
INSERT INTO backups (id, name, type, status, completed_at, retention_days, location)
  SELECT pg_temp.k(17, n), 'full' || n, 'full', 'success', '2026-03-01', 30, 'x'
  FROM generate_series(1, 110) n;
INSERT INTO backups (id, name, type, status, completed_at, retention_days, location,
    base_backup_id, created_at)
  SELECT pg_temp.k(18, n), 'incremental' || n, 'incremental', 'success', '2026-03-01', 30, 'x',
    pg_temp.k(17, n), now() + interval '1 day'
  FROM generate_series(1, 110) n;
INSERT INTO audit_entries (occurred_at, business_date, actor, actor_name, actor_role, action,
    entity, entity_id, operation, request_id)
  SELECT '2026-03-02', '2026-03-02', 'adminUser:' || pg_temp.k(2, n), 'x', 'x', 'update', 'RimUser',
    pg_temp.k(3, n), 'x', 'x'
  FROM generate_series(1, 110) n;
