DROP TABLE backup_settings;
