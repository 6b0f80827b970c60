-- What every table came to in a full backup, by which an incremental one knows what changed.
ALTER TABLE backups ADD COLUMN manifest JSONB;
