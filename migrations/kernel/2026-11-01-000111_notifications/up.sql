-- Everything that leaves the house as a message. It is queued with the change that it tells of
-- and sent afterwards.
CREATE TABLE notifications (
  id SERIAL PRIMARY KEY,
  template TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  variables JSONB NOT NULL,
  dedupe_key TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Attempts whose end nobody told: the server stopped while it sent.
  unconfirmed INTEGER NOT NULL DEFAULT 0 CHECK (unconfirmed BETWEEN 0 AND attempts),
  next_attempt_at TIMESTAMPTZ,
  last_error TEXT,
  sent_by TEXT,
  sent_at TIMESTAMPTZ,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
  CHECK ((status = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX idx_notifications_pending ON notifications (next_attempt_at, id)
  WHERE status = 'pending';
CREATE INDEX idx_notifications_status ON notifications (status, id);
CREATE INDEX idx_notifications_template ON notifications (template, id);
CREATE INDEX idx_notifications_channel ON notifications (channel, id);
CREATE INDEX idx_notifications_created ON notifications (created_at, id);
CREATE INDEX idx_notifications_sent ON notifications (sent_at, id);
