DROP INDEX idx_stored_files_waiting;
DROP INDEX idx_stored_files_created;
DROP INDEX idx_stored_files_created_by;
DROP INDEX idx_stored_files_location;
ALTER TABLE stored_files
  DROP COLUMN updated_at,
  DROP COLUMN version,
  DROP COLUMN attached,
  ALTER COLUMN sha256 TYPE BYTEA USING decode(sha256, 'hex');
