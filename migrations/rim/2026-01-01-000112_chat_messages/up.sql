CREATE TABLE chat_messages (
  id UUID PRIMARY KEY,
  ticket_id UUID NOT NULL REFERENCES tickets (id),
  sender_type VARCHAR(20) NOT NULL CHECK (sender_type IN ('customer', 'agent', 'system')),
  sender_user_id UUID REFERENCES users (id),
  sender_admin_id UUID REFERENCES admin_users (id),
  sender_name VARCHAR(201) NOT NULL,
  message VARCHAR(5000) NOT NULL,
  -- The text as it was first, once it was edited.
  first_message VARCHAR(5000),
  edited_at TIMESTAMPTZ,
  -- A note among agents: no customer ever sees it.
  internal BOOLEAN NOT NULL DEFAULT FALSE,
  is_read BOOLEAN NOT NULL DEFAULT FALSE,
  read_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_chat_message_sender CHECK (
    (sender_type = 'customer') = (sender_user_id IS NOT NULL)
    AND (sender_type = 'agent') = (sender_admin_id IS NOT NULL)
  ),
  CONSTRAINT check_chat_message_note CHECK (NOT internal OR sender_type <> 'customer'),
  CONSTRAINT check_chat_message_edit CHECK ((first_message IS NULL) = (edited_at IS NULL)),
  CONSTRAINT check_chat_message_read CHECK (is_read = (read_at IS NOT NULL))
);

CREATE INDEX idx_chat_messages_ticket ON chat_messages (ticket_id, created_at, id);
CREATE INDEX idx_chat_messages_sender_user ON chat_messages (sender_user_id);
CREATE INDEX idx_chat_messages_sender_admin ON chat_messages (sender_admin_id);
CREATE INDEX idx_chat_messages_created ON chat_messages (created_at, id);

CREATE INDEX idx_chat_messages_sender_type ON chat_messages (sender_type, created_at);
