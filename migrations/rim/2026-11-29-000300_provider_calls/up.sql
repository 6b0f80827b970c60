-- When the telecom was told of airtime, and when it was asked what became of it.
ALTER TABLE transactions
  ADD COLUMN sent_at TIMESTAMPTZ,
  ADD COLUMN asked_at TIMESTAMPTZ,
  ADD CONSTRAINT check_transaction_sending
    CHECK (type = 'airtime' OR (sent_at IS NULL AND asked_at IS NULL));

-- Airtime that is owed an answer.
CREATE INDEX idx_transactions_airtime_pending
  ON transactions (sent_at, id) WHERE type = 'airtime' AND status = 'pending';
-- Loans are paid out once at a time.
CREATE UNIQUE INDEX idx_transactions_loan_airtime
  ON transactions (loan_id) WHERE type = 'airtime' AND status IN ('pending', 'completed');

-- One row for each call of a provider; only ever added to.
CREATE TABLE api_calls (
  id UUID PRIMARY KEY,
  api_integration_id UUID NOT NULL REFERENCES api_integrations (id),
  purpose VARCHAR(20) NOT NULL CHECK (purpose IN ('airtime', 'inquiry', 'test')),
  transaction_id UUID REFERENCES transactions (id),
  succeeded BOOLEAN NOT NULL,
  message VARCHAR(500),

  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_api_calls_integration ON api_calls (api_integration_id, created_at, id);
CREATE INDEX idx_api_calls_transaction ON api_calls (transaction_id);
CREATE INDEX idx_api_calls_created ON api_calls (created_at, id);
CREATE INDEX idx_api_calls_purpose ON api_calls (purpose);

-- Who looks after providers and money reads the calls.
UPDATE admin_roles SET permissions = permissions
    || '[{"resource": "api_calls", "actions": ["read"]}]'::jsonb
  WHERE name IN ('operations_manager', 'finance', 'auditor');

-- A provider that is not called any more is deleted softly: what it did stays.
ALTER TABLE api_integrations
  ADD COLUMN deleted_at TIMESTAMPTZ,
  ADD COLUMN deleted_by UUID REFERENCES admin_users (id),
  ADD COLUMN delete_reason VARCHAR(500),
  DROP CONSTRAINT api_integrations_name_key,
  ADD CONSTRAINT check_api_integration_deletion
    CHECK (deleted_at IS NULL OR status = 'inactive');
CREATE UNIQUE INDEX idx_api_integrations_name_live ON api_integrations (name)
  WHERE deleted_at IS NULL;
CREATE INDEX idx_api_integrations_name ON api_integrations (name, id);
CREATE INDEX idx_api_integrations_deleted_by ON api_integrations (deleted_by);
