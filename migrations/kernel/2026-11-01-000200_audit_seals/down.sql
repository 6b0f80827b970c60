DROP INDEX idx_audit_entries_occurred;
DROP INDEX idx_audit_seals_last_entry;
ALTER TABLE audit_seals
  DROP CONSTRAINT check_audit_seal_entries,
  DROP COLUMN signature,
  DROP COLUMN entry_hashes,
  DROP COLUMN entry_ids;
