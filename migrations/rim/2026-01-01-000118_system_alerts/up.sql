CREATE TABLE system_alerts (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  type VARCHAR(30) NOT NULL CHECK (type IN (
    'overdue_loans', 'api_failure', 'payment_gateway', 'user_issue', 'system_error'
  )),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  threshold INTEGER NOT NULL CHECK (threshold > 0),
  channel TEXT[] NOT NULL
    CHECK (cardinality(channel) > 0 AND channel <@ ARRAY['email', 'sms', 'dashboard']),
  -- Global ids of administrators and roles, checked when they are set.
  recipients TEXT[] NOT NULL DEFAULT '{}' CHECK (cardinality(recipients) <= 50),
  cooldown_minutes INTEGER NOT NULL DEFAULT 60 CHECK (cooldown_minutes BETWEEN 1 AND 10080),
  -- At or above the threshold when it was looked at last: it fires when it crosses up.
  is_above BOOLEAN NOT NULL DEFAULT FALSE,
  last_triggered TIMESTAMPTZ,
  trigger_count INTEGER NOT NULL DEFAULT 0 CHECK (trigger_count >= 0),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_system_alerts_type ON system_alerts (type);
CREATE INDEX idx_system_alerts_enabled ON system_alerts (enabled);
CREATE INDEX idx_system_alerts_created ON system_alerts (created_at, id);

INSERT INTO system_alerts (id, name, type, threshold, channel) VALUES
  ('01920000-0000-7000-8000-000000000401', 'Overdue loans', 'overdue_loans', 50, '{dashboard}'),
  ('01920000-0000-7000-8000-000000000402', 'Failing providers', 'api_failure', 5, '{dashboard}'),
  ('01920000-0000-7000-8000-000000000403', 'Failing payments', 'payment_gateway', 10, '{dashboard}'),
  ('01920000-0000-7000-8000-000000000404', 'Urgent tickets', 'user_issue', 5, '{dashboard}'),
  ('01920000-0000-7000-8000-000000000405', 'Errors of the system', 'system_error', 10, '{dashboard}');
