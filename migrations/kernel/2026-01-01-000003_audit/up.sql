-- Append-only: the application role may insert and read, never update or delete.
CREATE TABLE audit_entries (
  id BIGSERIAL PRIMARY KEY,
  occurred_at TIMESTAMPTZ NOT NULL,
  business_date DATE NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  action TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  old_values JSONB NOT NULL DEFAULT '{}',
  new_values JSONB NOT NULL DEFAULT '{}',
  reason TEXT,
  operation TEXT NOT NULL,
  request_id TEXT NOT NULL,
  address TEXT,
  user_agent TEXT
);
CREATE INDEX idx_audit_entries_entity ON audit_entries (entity, entity_id, id);
CREATE INDEX idx_audit_entries_actor ON audit_entries (actor, id);

CREATE TABLE audit_seals (
  id BIGSERIAL PRIMARY KEY,
  first_entry BIGINT NOT NULL,
  last_entry BIGINT NOT NULL CHECK (last_entry >= first_entry),
  previous_hash BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  sealed_at TIMESTAMPTZ NOT NULL
);
