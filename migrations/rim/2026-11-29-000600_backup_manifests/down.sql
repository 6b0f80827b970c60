ALTER TABLE backups DROP COLUMN manifest;
