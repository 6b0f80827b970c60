-- How a person proves a second time who it is. The key of an app lies in an envelope that
-- a key outside the database closes; codes are sent to where the factor was confirmed, whatever is entered as the
-- person's phone later. A factor that was not confirmed yet proves nothing.
ALTER TABLE mfa_factors
  ALTER secret TYPE TEXT USING convert_from(secret, 'UTF8'),
  ALTER secret DROP NOT NULL,
  ADD destination TEXT,
  ADD CONSTRAINT mfa_factors_method CHECK (method IN ('sms', 'email', 'app')),
  ADD CONSTRAINT mfa_factors_secret CHECK ((method = 'app') = (secret IS NOT NULL)),
  ADD CONSTRAINT mfa_factors_destination CHECK ((method = 'app') = (destination IS NULL));
CREATE UNIQUE INDEX idx_mfa_factors_confirmed ON mfa_factors (user_id)
  WHERE confirmed_at IS NOT NULL;
CREATE UNIQUE INDEX idx_mfa_factors_pending ON mfa_factors (user_id) WHERE confirmed_at IS NULL;

-- For the day when the phone is lost: each works once.
CREATE TABLE recovery_codes (
  id BIGSERIAL PRIMARY KEY,
  user_id TEXT NOT NULL,
  code_hash BYTEA NOT NULL,
  used_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_recovery_codes_user ON recovery_codes (user_id, code_hash);

-- Codes that were sent: of a person as second factor, or to a phone number as the way in. There
-- is a row for a number that nobody has, too.
CREATE TABLE one_time_codes (
  id BIGSERIAL PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('login', 'factor')),
  recipient TEXT NOT NULL,
  code_hash BYTEA NOT NULL,
  address TEXT,
  wrong_attempts INTEGER NOT NULL DEFAULT 0 CHECK (wrong_attempts >= 0),
  used_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_one_time_codes_recipient ON one_time_codes (purpose, recipient, id);
CREATE INDEX idx_one_time_codes_address ON one_time_codes (address, created_at);
CREATE INDEX idx_one_time_codes_created ON one_time_codes (created_at);

-- Logins that wait for the second factor.
CREATE TABLE login_challenges (
  token_hash BYTEA PRIMARY KEY,
  user_id TEXT NOT NULL,
  ended_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_login_challenges_user ON login_challenges (user_id) WHERE ended_at IS NULL;
CREATE INDEX idx_login_challenges_created ON login_challenges (created_at);

ALTER TABLE sessions ADD proven_by TEXT NOT NULL DEFAULT 'password'
  CHECK (proven_by IN ('password', 'second_factor', 'code', 'support'));

-- A message with a code keeps it only until a sender took it.
ALTER TABLE notifications ADD secret BOOLEAN NOT NULL DEFAULT FALSE;
