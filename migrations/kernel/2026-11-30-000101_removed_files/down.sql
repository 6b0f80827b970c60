ALTER TABLE stored_files
  DROP CONSTRAINT stored_files_removed_check,
  DROP COLUMN removed_at;
