-- A file that no row has counts as gone before its content is removed.
ALTER TABLE stored_files
  ADD COLUMN removed_at TIMESTAMPTZ,
  ADD CONSTRAINT stored_files_removed_check CHECK (removed_at IS NULL OR NOT attached);
