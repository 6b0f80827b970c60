-- A lease stays as a row: it also remembers what was done last, for every replica.
ALTER TABLE job_leases
  ALTER COLUMN holder DROP NOT NULL,
  ALTER COLUMN expires_at DROP NOT NULL,
  ADD COLUMN ran_at TIMESTAMPTZ,
  ADD COLUMN ran_for DATE;

-- A run may be asked for before it starts.
ALTER TABLE job_runs
  ALTER COLUMN started_at DROP NOT NULL,
  ADD COLUMN status TEXT NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'running', 'done', 'interrupted')),
  ADD COLUMN asked_by TEXT NOT NULL,
  ADD COLUMN version INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT now();
CREATE INDEX idx_job_runs_status ON job_runs (status, id);
CREATE INDEX idx_job_runs_business_date ON job_runs (business_date, id);
CREATE INDEX idx_job_runs_created ON job_runs (created_at, id);

-- Announcements are written in the order of their time, so that a small index finds the old.
CREATE INDEX idx_outbox_events_created ON outbox_events USING brin (created_at)
  WITH (autosummarize = on);
