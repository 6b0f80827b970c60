-- What customers are promised, one row a priority.

CREATE TABLE sla_policies (
  id UUID PRIMARY KEY,
  priority VARCHAR(20) NOT NULL UNIQUE CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  -- Minutes within business hours.
  first_response_minutes INTEGER NOT NULL CHECK (first_response_minutes BETWEEN 1 AND 100000),
  resolution_minutes INTEGER NOT NULL CHECK (resolution_minutes BETWEEN 1 AND 100000),
  -- Of the time promised, when the warning comes.
  warning_percent INTEGER NOT NULL DEFAULT 80 CHECK (warning_percent BETWEEN 1 AND 99),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_sla_policy_order CHECK (first_response_minutes <= resolution_minutes)
);

CREATE INDEX idx_sla_policies_created ON sla_policies (created_at, id);

INSERT INTO sla_policies (id, priority, first_response_minutes, resolution_minutes) VALUES
  ('01920000-0000-7000-8000-000000000301', 'urgent', 15, 240),
  ('01920000-0000-7000-8000-000000000302', 'high', 60, 480),
  ('01920000-0000-7000-8000-000000000303', 'medium', 240, 1440),
  ('01920000-0000-7000-8000-000000000304', 'low', 480, 4320);
