-- The keys that secrets were and are sealed with, by name. A key that was replaced lies here
-- sealed with the one in use, which is in no database.
CREATE TABLE encryption_keys (
  generation INTEGER PRIMARY KEY CHECK (generation >= 0),
  id TEXT NOT NULL UNIQUE,
  wrapped TEXT,
  retired_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CHECK ((wrapped IS NULL) = (retired_at IS NULL))
);
CREATE UNIQUE INDEX encryption_keys_in_use ON encryption_keys ((wrapped IS NULL))
  WHERE wrapped IS NULL;
