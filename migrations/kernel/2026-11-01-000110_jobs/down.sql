DROP INDEX idx_outbox_events_created;
DROP INDEX idx_job_runs_created;
DROP INDEX idx_job_runs_business_date;
DROP INDEX idx_job_runs_status;
DELETE FROM job_runs WHERE started_at IS NULL;
ALTER TABLE job_runs
  DROP COLUMN updated_at,
  DROP COLUMN created_at,
  DROP COLUMN version,
  DROP COLUMN asked_by,
  DROP COLUMN status,
  ALTER COLUMN started_at SET NOT NULL;
DELETE FROM job_leases WHERE holder IS NULL OR expires_at IS NULL;
ALTER TABLE job_leases
  DROP COLUMN ran_for,
  DROP COLUMN ran_at,
  ALTER COLUMN expires_at SET NOT NULL,
  ALTER COLUMN holder SET NOT NULL;
