CREATE TABLE broadcast_recipients (
  id UUID PRIMARY KEY,
  broadcast_message_id UUID NOT NULL REFERENCES broadcast_messages (id),
  user_id UUID NOT NULL REFERENCES users (id),
  channel VARCHAR(10) NOT NULL CHECK (channel IN ('sms', 'email')),
  -- Where it goes, as it was when the audience was resolved.
  address VARCHAR(100) NOT NULL,
  status VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'delivered', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error_message VARCHAR(500),
  sent_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  -- Nobody gets one broadcast twice.
  UNIQUE (broadcast_message_id, user_id, channel)
);

CREATE INDEX idx_broadcast_recipients_broadcast
  ON broadcast_recipients (broadcast_message_id, status);
CREATE INDEX idx_broadcast_recipients_user ON broadcast_recipients (user_id);
CREATE INDEX idx_broadcast_recipients_status ON broadcast_recipients (status);
CREATE INDEX idx_broadcast_recipients_created ON broadcast_recipients (created_at, id);
