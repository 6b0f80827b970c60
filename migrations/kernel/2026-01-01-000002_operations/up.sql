CREATE TABLE tenant_settings (
  id SERIAL PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  value JSONB NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Gapless numbers: the row is locked until the transaction that drew one ends.
CREATE TABLE number_series (
  name TEXT PRIMARY KEY,
  pattern TEXT NOT NULL,
  next BIGINT NOT NULL DEFAULT 1 CHECK (next > 0),
  reset TEXT NOT NULL DEFAULT 'never' CHECK (reset IN ('never', 'yearly')),
  period TEXT NOT NULL DEFAULT ''
);

CREATE TABLE idempotency_records (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  mutation TEXT NOT NULL,
  input_hash BYTEA NOT NULL,
  outcome JSONB,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (actor, key)
);
CREATE INDEX idx_idempotency_created ON idempotency_records (created_at);

CREATE TABLE outbox_events (
  id BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  payload JSONB NOT NULL,
  actor TEXT NOT NULL,
  request_id TEXT NOT NULL,
  business_date DATE NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_outbox_entity ON outbox_events (entity, entity_id, id);

CREATE TABLE approval_requests (
  id SERIAL PRIMARY KEY,
  mutation TEXT NOT NULL,
  input JSONB NOT NULL,
  input_hash TEXT NOT NULL,
  summary TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
  requested_by TEXT NOT NULL,
  requested_by_name TEXT NOT NULL,
  decided_by TEXT,
  decided_by_name TEXT,
  decided_at TIMESTAMPTZ,
  decision_reason TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CHECK (decided_by IS NULL OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX idx_approval_requests_pending
  ON approval_requests (mutation, entity, entity_id) WHERE status = 'pending';
CREATE INDEX idx_approval_requests_status ON approval_requests (status, id);
CREATE INDEX idx_approval_requests_entity ON approval_requests (entity, entity_id);
CREATE INDEX idx_approval_requests_created ON approval_requests (created_at, id);

CREATE TABLE job_leases (
  job TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE job_runs (
  id SERIAL PRIMARY KEY,
  job TEXT NOT NULL,
  business_date DATE NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ,
  succeeded INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  failures JSONB NOT NULL DEFAULT '[]'
);
CREATE INDEX idx_job_runs_job ON job_runs (job, id);

CREATE TABLE stored_files (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  byte_length BIGINT NOT NULL CHECK (byte_length >= 0),
  sha256 BYTEA NOT NULL,
  location TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
