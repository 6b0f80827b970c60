-- Who was connected, and when that was seen last: once a minute while a socket is open, and when
-- the last one closes.
CREATE TABLE live_presences (
  person TEXT PRIMARY KEY,
  seen_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_live_presences_seen ON live_presences (seen_at);
