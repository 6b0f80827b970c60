-- One row a recipient and channel.

CREATE TABLE notification_histories (
  id UUID PRIMARY KEY,
  type VARCHAR(20) NOT NULL CHECK (type IN ('alert', 'broadcast', 'scheduled')),
  title VARCHAR(200) NOT NULL,
  message TEXT NOT NULL,
  channel VARCHAR(10) NOT NULL CHECK (channel IN ('email', 'sms', 'dashboard')),
  recipient_type VARCHAR(10) NOT NULL CHECK (recipient_type IN ('user', 'admin')),
  user_id UUID REFERENCES users (id),
  admin_user_id UUID REFERENCES admin_users (id),
  status VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'delivered', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  sent_at TIMESTAMPTZ,
  delivered_at TIMESTAMPTZ,
  error_message VARCHAR(500),
  metadata JSONB,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_notification_recipient CHECK (
    (recipient_type = 'user') = (user_id IS NOT NULL)
    AND (recipient_type = 'admin') = (admin_user_id IS NOT NULL)
  ),
  CONSTRAINT check_notification_failure CHECK (status <> 'failed' OR error_message IS NOT NULL)
);

CREATE INDEX idx_notification_histories_user ON notification_histories (user_id);
CREATE INDEX idx_notification_histories_admin ON notification_histories (admin_user_id);
CREATE INDEX idx_notification_histories_recipient_type ON notification_histories (recipient_type);
CREATE INDEX idx_notification_histories_status ON notification_histories (status);
CREATE INDEX idx_notification_histories_channel ON notification_histories (channel);
CREATE INDEX idx_notification_histories_sent ON notification_histories (sent_at, id);

CREATE INDEX idx_notification_histories_type ON notification_histories (type);
CREATE INDEX idx_notification_histories_created ON notification_histories (created_at, id);
