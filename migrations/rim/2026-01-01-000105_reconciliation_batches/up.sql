CREATE TABLE reconciliation_batches (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  provider VARCHAR(100) NOT NULL,
  statement_date DATE NOT NULL,
  -- What the provider's statement says; what was matched follows from the transactions.
  expected_count INTEGER CHECK (expected_count >= 0),
  expected_amount NUMERIC(14, 2) CHECK (expected_amount >= 0),
  notes TEXT,
  created_by UUID REFERENCES admin_users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_reconciliation_batches_provider ON reconciliation_batches (provider);
CREATE INDEX idx_reconciliation_batches_date ON reconciliation_batches (statement_date, id);
CREATE INDEX idx_reconciliation_batches_created_by ON reconciliation_batches (created_by);
CREATE INDEX idx_reconciliation_batches_created ON reconciliation_batches (created_at, id);
