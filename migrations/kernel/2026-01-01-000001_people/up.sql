-- How a person or a program proves who it is. Business columns of people stay in the
-- module's own user table; `user_id` is that table's key as text.
CREATE TABLE credentials (
  user_id TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,
  must_change_password BOOLEAN NOT NULL DEFAULT FALSE,
  previous_hashes TEXT[] NOT NULL DEFAULT '{}',
  password_changed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  id UUID PRIMARY KEY,
  user_id TEXT NOT NULL,
  token_hash BYTEA NOT NULL UNIQUE,
  created_at TIMESTAMPTZ NOT NULL,
  last_seen_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  revoked_at TIMESTAMPTZ,
  address TEXT,
  user_agent TEXT
);
CREATE INDEX idx_sessions_user ON sessions (user_id) WHERE revoked_at IS NULL;

CREATE TABLE api_keys (
  id SERIAL PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  user_id TEXT NOT NULL,
  token_hash BYTEA NOT NULL UNIQUE,
  last_characters TEXT NOT NULL,
  expires_at TIMESTAMPTZ,
  revoked_at TIMESTAMPTZ,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_api_keys_user ON api_keys (user_id);
CREATE INDEX idx_api_keys_name ON api_keys (name, id);
CREATE INDEX idx_api_keys_created ON api_keys (created_at, id);

-- Every attempt counts, known name or not; a refused login commits its row.
CREATE TABLE login_attempts (
  id BIGSERIAL PRIMARY KEY,
  principal TEXT NOT NULL,
  address TEXT,
  succeeded BOOLEAN NOT NULL,
  attempted_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_login_attempts_principal ON login_attempts (principal, attempted_at);
CREATE INDEX idx_login_attempts_address ON login_attempts (address, attempted_at);

CREATE TABLE mfa_factors (
  id SERIAL PRIMARY KEY,
  user_id TEXT NOT NULL,
  method TEXT NOT NULL,
  secret BYTEA NOT NULL,
  last_step BIGINT,
  confirmed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_mfa_factors_user ON mfa_factors (user_id);

-- One row: the tenant's rules for passwords, attempts and session length.
CREATE TABLE security_settings (
  id INTEGER PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  password_min_length INTEGER NOT NULL DEFAULT 8 CHECK (password_min_length BETWEEN 8 AND 128),
  password_require_uppercase BOOLEAN NOT NULL DEFAULT FALSE,
  password_require_lowercase BOOLEAN NOT NULL DEFAULT FALSE,
  password_require_numbers BOOLEAN NOT NULL DEFAULT FALSE,
  password_require_special_chars BOOLEAN NOT NULL DEFAULT FALSE,
  session_timeout INTEGER NOT NULL DEFAULT 30 CHECK (session_timeout BETWEEN 1 AND 720),
  max_login_attempts INTEGER NOT NULL DEFAULT 5 CHECK (max_login_attempts BETWEEN 1 AND 100),
  lockout_duration INTEGER NOT NULL DEFAULT 15 CHECK (lockout_duration BETWEEN 1 AND 1440),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
INSERT INTO security_settings DEFAULT VALUES;
