-- One row.

CREATE TABLE backup_settings (
  id UUID PRIMARY KEY,
  enabled BOOLEAN NOT NULL DEFAULT FALSE,
  frequency VARCHAR(10) NOT NULL DEFAULT 'daily'
    CHECK (frequency IN ('daily', 'weekly', 'monthly')),
  time VARCHAR(5) NOT NULL DEFAULT '02:00' CHECK (time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  retention_days INTEGER NOT NULL DEFAULT 30 CHECK (retention_days BETWEEN 1 AND 3650),
  keep_daily INTEGER NOT NULL DEFAULT 7 CHECK (keep_daily BETWEEN 0 AND 366),
  keep_weekly INTEGER NOT NULL DEFAULT 4 CHECK (keep_weekly BETWEEN 0 AND 104),
  keep_monthly INTEGER NOT NULL DEFAULT 6 CHECK (keep_monthly BETWEEN 0 AND 120),
  backup_type VARCHAR(20) NOT NULL DEFAULT 'full' CHECK (backup_type IN ('full', 'incremental')),
  storage_location VARCHAR(10) NOT NULL DEFAULT 'local'
    CHECK (storage_location IN ('local', 'cloud')),
  cloud_provider VARCHAR(50),
  last_backup TIMESTAMPTZ,
  next_backup TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_backup_settings_cloud
    CHECK ((storage_location = 'cloud') = (cloud_provider IS NOT NULL))
);

CREATE UNIQUE INDEX idx_backup_settings_only ON backup_settings ((TRUE));
CREATE INDEX idx_backup_settings_created ON backup_settings (created_at, id);

INSERT INTO backup_settings (id) VALUES ('01920000-0000-7000-8000-000000000801');
