-- The support desk with what the rules keep beside the document's fields.

INSERT INTO new_departments (id, name, description, tier, version, created_at, updated_at)
SELECT id, name, description, tier, version, created_at, updated_at FROM departments
WHERE EXISTS (SELECT FROM new_support_agents) AND NOT EXISTS (SELECT FROM new_departments);

-- A desk is named by its key or by its name.
UPDATE new_support_agents a SET department_id = d.id
FROM new_departments d WHERE a.desk = d.id::text OR lower(a.desk) = lower(d.name);
UPDATE new_tickets t SET department_id = d.id
FROM new_departments d WHERE t.desk = d.id::text OR lower(t.desk) = lower(d.name);

-- One login serves both: the admin user with the agent's address acts as the agent.
UPDATE new_support_agents a SET admin_user_id = u.id
FROM new_admin_users u WHERE a.admin_user_id IS NULL AND lower(u.email) = lower(a.email);

UPDATE new_departments d SET agent_count =
  (SELECT count(*) FROM new_support_agents a WHERE a.department_id = d.id);

-- Whoever has a ticket is an agent, named by its own key or by that of its login.
UPDATE new_tickets t SET assigned_to = a.id, assigned_to_name = a.name, tier = a.tier
FROM new_support_agents a WHERE t.assignee IN (a.id, a.admin_user_id);
UPDATE new_tickets t SET escalated_to = a.id, escalated_to_name = a.name,
  tier = greatest(t.tier, a.tier)
FROM new_support_agents a WHERE t.escalated IN (a.id, a.admin_user_id);
-- Who is nobody's key is named by the constraint on it.
UPDATE new_tickets SET assigned_to = assignee, assigned_to_name = coalesce(assigned_to_name, '?')
WHERE assignee IS NOT NULL AND assigned_to IS NULL;
UPDATE new_tickets SET escalated_to = escalated, escalated_to_name = coalesce(escalated_to_name, '?')
WHERE escalated IS NOT NULL AND escalated_to IS NULL;
UPDATE new_tickets SET assigned_to_name = NULL WHERE assigned_to IS NULL;
UPDATE new_tickets SET escalated_to_name = NULL WHERE escalated_to IS NULL;

-- Copies follow the customer until a ticket is closed; messages are counted anew.
UPDATE new_tickets t SET
  customer_phone = u.phone,
  customer_email = u.email,
  customer_name = coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.phone)
FROM new_users u WHERE u.id = t.customer_id AND t.status <> 'closed';
UPDATE new_tickets t SET
  message_count = m.messages,
  last_message_at = m.last,
  resolved_at = CASE WHEN t.status = 'resolved' THEN coalesce(t.resolved_at, t.updated_at)
    ELSE t.resolved_at END,
  closed_at = CASE WHEN t.status = 'closed' THEN t.updated_at END
FROM (
  SELECT t.id, count(m.id) AS messages, max(m.created_at) AS last
  FROM new_tickets t LEFT JOIN new_chat_messages m ON m.ticket_id = t.id GROUP BY t.id
) m
WHERE m.id = t.id;

UPDATE new_support_agents a SET active_tickets = t.tickets,
  status = CASE WHEN a.status = 'away' THEN 'away'
    WHEN t.tickets >= a.capacity THEN 'busy' ELSE 'available' END
FROM (
  SELECT a.id, count(t.id) AS tickets FROM new_support_agents a
  LEFT JOIN new_tickets t ON t.assigned_to = a.id
    AND t.status IN ('open', 'in-progress', 'escalated')
  GROUP BY a.id
) t
WHERE t.id = a.id;

-- Senders and performers: customers, or whoever acts for the lender.
UPDATE new_chat_messages m SET sender_user_id = u.id
FROM new_users u WHERE m.sender_type = 'customer' AND m.sender_id = u.id::text;
UPDATE new_chat_messages m SET sender_admin_id = u.id
FROM new_admin_users u WHERE m.sender_type = 'agent' AND m.sender_id = u.id::text;
UPDATE new_chat_messages m SET sender_admin_id = a.admin_user_id
FROM new_support_agents a
WHERE m.sender_type = 'agent' AND m.sender_admin_id IS NULL AND m.sender_id = a.id::text;
UPDATE new_chat_messages SET
  sender_name = coalesce(sender_name, 'System'),
  read_at = CASE WHEN is_read THEN created_at END;

UPDATE new_ticket_histories h SET performer_type = 'admin', performed_by = u.id
FROM new_admin_users u WHERE h.performer = u.id::text;
UPDATE new_ticket_histories h SET performer_type = 'admin', performed_by = a.admin_user_id
FROM new_support_agents a
WHERE h.performer_type IS NULL AND h.performer = a.id::text AND a.admin_user_id IS NOT NULL;
UPDATE new_ticket_histories h SET performer_type = 'customer', performed_by_user_id = u.id
FROM new_users u WHERE h.performer_type IS NULL AND h.performer = u.id::text;
UPDATE new_ticket_histories SET performer_type = 'system'
WHERE performer_type IS NULL AND (performer IS NULL OR lower(performer) = 'system');
UPDATE new_ticket_histories SET performed_by_name = coalesce(performed_by_name, 'System');

-- The document's history does not say what the status was: one chain from the first to the last.
INSERT INTO new_ticket_histories
  (id, ticket_id, action, performer_type, performed_by_name, details, from_status, to_status,
   created_at)
SELECT md5(t.id::text || 'create')::uuid, t.id, 'create', 'system', 'System',
  'Taken over from the former system', NULL, 'open', t.created_at
FROM new_tickets t
UNION ALL
SELECT md5(t.id::text || 'import')::uuid, t.id, 'import', 'system', 'System',
  'How it got there stands in the entries of the former system', 'open', t.status,
  greatest(t.updated_at, t.created_at + interval '1 microsecond')
FROM new_tickets t WHERE t.status <> 'open';

-- Attachments inside of messages are rows here.
INSERT INTO new_attachments (id, message_id, name, url, size, type, created_at, updated_at)
SELECT md5(m.id::text || a.place)::uuid, m.id, coalesce(a.it ->> 'name', 'file'), a.it ->> 'url',
  CASE WHEN jsonb_typeof(a.it -> 'size') = 'number'
    AND (a.it ->> 'size')::numeric BETWEEN 0 AND 1000000000 THEN (a.it ->> 'size')::numeric::bigint
    ELSE 0 END,
  a.it ->> 'type', m.created_at, m.created_at
FROM new_chat_messages m
CROSS JOIN LATERAL jsonb_array_elements(
  CASE WHEN jsonb_typeof(m.attachments) = 'array' THEN m.attachments ELSE '[]' END
) WITH ORDINALITY a (it, place)
WHERE jsonb_typeof(a.it) = 'object'
  AND NOT EXISTS (SELECT FROM new_attachments n WHERE n.id::text = a.it ->> 'id');
-- Where the bytes are looked for: whoever copies them there can hand them out.
INSERT INTO new_stored_files
  (id, name, content_type, byte_length, sha256, location, attached, created_by, created_at,
   updated_at)
SELECT md5(id::text || 'file')::uuid, name, coalesce(type, 'application/octet-stream'), size, '',
  current_setting('bizgraph.slug') || '/import/' || id, TRUE, 'system', created_at, created_at
FROM new_attachments;
UPDATE new_attachments SET stored_file_id = md5(id::text || 'file')::uuid;
