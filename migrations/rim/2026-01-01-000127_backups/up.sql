CREATE TABLE backups (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  type VARCHAR(20) NOT NULL CHECK (type IN ('full', 'incremental')),
  -- Which of the retention rules keeps it.
  kind VARCHAR(10) NOT NULL DEFAULT 'manual'
    CHECK (kind IN ('daily', 'weekly', 'monthly', 'manual')),
  -- The full backup that an incremental one goes on from.
  base_backup_id UUID REFERENCES backups (id),
  -- Bytes.
  size BIGINT NOT NULL DEFAULT 0 CHECK (size >= 0),
  status VARCHAR(20) NOT NULL DEFAULT 'in_progress'
    CHECK (status IN ('success', 'failed', 'in_progress')),
  completed_at TIMESTAMPTZ,
  error_message VARCHAR(500),
  retention_days INTEGER NOT NULL CHECK (retention_days BETWEEN 1 AND 3650),
  -- Where the file is, and what is in it; empty once it was removed.
  location VARCHAR(500),
  sha256 VARCHAR(64),
  removed_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_backup_base CHECK ((type = 'incremental') = (base_backup_id IS NOT NULL)),
  CONSTRAINT check_backup_end CHECK ((status = 'in_progress') = (completed_at IS NULL)),
  CONSTRAINT check_backup_success
    CHECK (status <> 'success' OR removed_at IS NOT NULL OR location IS NOT NULL)
);

CREATE INDEX idx_backups_status ON backups (status);
CREATE INDEX idx_backups_created ON backups (created_at, id);

-- One at a time.
CREATE UNIQUE INDEX idx_backups_running ON backups ((TRUE)) WHERE status = 'in_progress';
CREATE INDEX idx_backups_type ON backups (type);
CREATE INDEX idx_backups_base ON backups (base_backup_id);
