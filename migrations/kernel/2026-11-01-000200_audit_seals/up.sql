-- A seal holds the hash of every entry that it covers, so that a changed entry can be named,
-- and a signature by a key that is not in the database, so that nobody who can write to the
-- database can make the chain anew.
ALTER TABLE audit_seals
  ADD COLUMN entry_ids BIGINT[] NOT NULL,
  ADD COLUMN entry_hashes BYTEA NOT NULL,
  ADD COLUMN signature BYTEA NOT NULL,
  ADD CONSTRAINT check_audit_seal_entries
    CHECK (octet_length(entry_hashes) = 32 * cardinality(entry_ids));
CREATE UNIQUE INDEX idx_audit_seals_last_entry ON audit_seals (last_entry);

CREATE INDEX idx_audit_entries_occurred ON audit_entries (occurred_at, id);
