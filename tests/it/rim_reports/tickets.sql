-- Two loan tickets of an agent, resolved, and one general ticket that nobody took.
SET search_path TO rim;
UPDATE support_agents SET active_tickets = 4 WHERE name = 'Agent';
UPDATE support_agents SET active_tickets = 1, capacity = 5 WHERE name = 'Agent2';
INSERT INTO tickets (id, ticket_number, customer_id, customer_name, customer_phone, customer_email,
    subject, description, category, priority, status, assigned_to, assigned_to_name, resolution,
    resolved_at, resolved_by, closed_at, reopen_count, created_at)
  SELECT k.id::uuid, k.number, u.id, 'Ada', u.phone, u.email, 'Help', 'Help me', k.category, 'high',
    k.status, a.id, a.name, CASE WHEN k.resolved IS NULL THEN NULL ELSE 'Done' END,
    k.resolved::timestamptz, a.admin_user_id, k.closed::timestamptz, k.reopened, '2026-03-02 08:00Z'
  FROM (VALUES
    ('01920000-0000-7000-8000-00000000f001', 'T1', 'loan', 'closed', 'Agent', '2026-03-02 10:00Z', '2026-03-02 11:00Z', 0),
    ('01920000-0000-7000-8000-00000000f002', 'T2', 'loan', 'resolved', 'Agent', '2026-03-02 18:00Z', NULL, 1),
    ('01920000-0000-7000-8000-00000000f003', 'T3', 'general', 'open', NULL, NULL, NULL, 0)
  ) AS k (id, number, category, status, agent, resolved, closed, reopened)
  JOIN users u ON u.first_name = 'Ada' LEFT JOIN support_agents a ON a.name = k.agent;
INSERT INTO ticket_sla_clocks (id, ticket_id, sla_policy_id, started_at, first_response_due_at,
    first_responded_at, first_response_breached_at, resolution_due_at, stopped_at,
    first_response_minutes, resolution_minutes, warning_percent, first_response_warns_at,
    resolution_warns_at, created_at)
  SELECT gen_random_uuid(), k.id, p.id, k.created_at, '2026-03-02 09:00Z', c.answered::timestamptz,
    c.breached::timestamptz, '2026-03-02 16:00Z', k.resolved_at, 60, 480, 80, '2026-03-02 08:48Z',
    '2026-03-02 14:24Z', k.created_at
  FROM (VALUES
    ('T1', '2026-03-02 08:10Z', NULL),
    ('T2', '2026-03-02 09:30Z', '2026-03-02 09:00Z'),
    ('T3', NULL, '2026-03-02 09:00Z')
  ) AS c (number, answered, breached)
  JOIN tickets k ON k.ticket_number = c.number JOIN sla_policies p ON p.priority = 'high';
INSERT INTO ticket_histories (id, ticket_id, action, performer_type, performed_by_name, from_status,
    to_status)
  SELECT gen_random_uuid(), id, 'escalate', 'system', 'system', 'open', 'escalated'
  FROM tickets WHERE ticket_number = 'T2';
INSERT INTO chat_messages (id, ticket_id, sender_type, sender_admin_id, sender_name, message,
    internal, created_at)
  SELECT gen_random_uuid(), k.id, 'agent', a.admin_user_id, 'agent', 'Here', i.internal,
    '2026-03-02 08:10Z'
  FROM tickets k JOIN support_agents a ON a.name = 'Agent', (VALUES (TRUE), (FALSE)) AS i (internal)
  WHERE k.ticket_number = 'T1';
