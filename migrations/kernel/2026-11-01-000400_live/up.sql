-- One row: up to where announcements were removed. A cursor before it has missed something.
CREATE TABLE outbox_horizon (
  id INTEGER PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  pruned_through BIGINT NOT NULL DEFAULT 0
);
INSERT INTO outbox_horizon DEFAULT VALUES;

-- What is told to those who listen now and promised to nobody: who types, who looks.
CREATE TABLE live_signals (
  id BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  payload JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_live_signals_created ON live_signals (created_at);
