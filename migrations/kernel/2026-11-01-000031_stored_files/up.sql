-- A file belongs to a row, or waits a day for one.
ALTER TABLE stored_files
  ALTER COLUMN sha256 TYPE TEXT USING encode(sha256, 'hex'),
  ADD COLUMN attached BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT now();
CREATE UNIQUE INDEX idx_stored_files_location ON stored_files (location);
CREATE INDEX idx_stored_files_created_by ON stored_files (created_by, id);
CREATE INDEX idx_stored_files_created ON stored_files (created_at, id);
CREATE INDEX idx_stored_files_waiting ON stored_files (updated_at) WHERE NOT attached;
