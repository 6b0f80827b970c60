-- A message with a secret is of use only while that works: a code for its minutes, a password
-- until there is another.
ALTER TABLE notifications
  ADD COLUMN useful_until TIMESTAMPTZ,
  ADD COLUMN password_of TEXT,
  ADD CONSTRAINT notifications_secret_check
    CHECK (secret OR (useful_until IS NULL AND password_of IS NULL));

-- Secrets that wait at this moment were codes, or are tried as shortly as those.
UPDATE notifications SET useful_until = created_at + interval '5 minutes'
  WHERE secret AND status = 'pending';
