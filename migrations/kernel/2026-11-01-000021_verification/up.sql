-- When each broken invariant was met first; a row is gone when its invariant holds again.
CREATE TABLE verify_findings (
  check_name TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  first_seen_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (check_name, entity, entity_id)
);

-- The first number that this server draws: holes before it are those of an earlier system.
ALTER TABLE number_series ADD COLUMN first BIGINT NOT NULL DEFAULT 1 CHECK (first > 0);
