CREATE TABLE transactions (
  id UUID PRIMARY KEY,
  transaction_id VARCHAR(30) NOT NULL UNIQUE,
  user_id UUID NOT NULL REFERENCES users (id),
  -- Copies that follow the customer until the transaction is completed.
  user_phone VARCHAR(20) NOT NULL,
  user_email VARCHAR(100),
  type VARCHAR(20) NOT NULL CHECK (type IN ('airtime', 'repayment')),
  amount NUMERIC(14, 2) NOT NULL CHECK (amount > 0),
  status VARCHAR(20) NOT NULL DEFAULT 'pending'
    CHECK (status IN ('completed', 'pending', 'failed', 'refunded')),
  payment_method VARCHAR(20)
    CHECK (payment_method IN ('bank_transfer', 'card', 'wallet', 'cash')),
  description VARCHAR(500),
  reference VARCHAR(100),
  provider VARCHAR(100),
  network VARCHAR(20) CHECK (network IN ('MTN', 'Airtel', 'Glo', '9mobile')),
  -- The loan that the airtime was for, or that a repayment names.
  loan_id UUID REFERENCES loans (id),

  completed_at TIMESTAMPTZ,
  failed_at TIMESTAMPTZ,
  failure_reason VARCHAR(500),
  refunded_at TIMESTAMPTZ,
  refunded_by UUID REFERENCES admin_users (id),
  refund_reference VARCHAR(100),
  refund_reason VARCHAR(500),

  reconciled_at TIMESTAMPTZ,
  reconciled_by UUID REFERENCES admin_users (id),
  reconciliation_batch_id UUID REFERENCES reconciliation_batches (id),
  statement_line VARCHAR(100),

  notes TEXT,
  original_amount NUMERIC(14, 2) CHECK (original_amount > 0),
  fee NUMERIC(14, 2) CHECK (fee >= 0),
  commission NUMERIC(14, 2) CHECK (commission >= 0),
  -- What else was given; the columns above are answered beside it.
  further_metadata JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(further_metadata) = 'object'),
  -- Who entered it; empty for the customer and for providers.
  created_by UUID REFERENCES admin_users (id),

  deleted_at TIMESTAMPTZ,
  deleted_by UUID REFERENCES admin_users (id),
  delete_reason VARCHAR(500),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_transaction_method CHECK (type <> 'repayment' OR payment_method IS NOT NULL),
  CONSTRAINT check_transaction_network CHECK (type <> 'airtime' OR network IS NOT NULL),
  CONSTRAINT check_transaction_amount CHECK (amount = original_amount - fee),
  CONSTRAINT check_transaction_refund CHECK ((status = 'refunded') = (refunded_at IS NOT NULL)),
  CONSTRAINT check_transaction_reconciliation CHECK (
    (reconciled_at IS NULL) = (reconciled_by IS NULL)
    AND (reconciled_at IS NULL) = (reconciliation_batch_id IS NULL)
    AND (reconciled_at IS NULL OR status IN ('completed', 'failed'))
  ),
  CONSTRAINT check_transaction_deletion
    CHECK (deleted_at IS NULL OR status IN ('pending', 'failed'))
);

CREATE INDEX idx_transactions_transaction_id ON transactions (transaction_id);
CREATE INDEX idx_transactions_user ON transactions (user_id);
CREATE INDEX idx_transactions_type ON transactions (type);
CREATE INDEX idx_transactions_status ON transactions (status);
CREATE INDEX idx_transactions_created ON transactions (created_at, id);
CREATE INDEX idx_transactions_reference ON transactions (reference);

-- A provider tells of one payment as often as it likes.
CREATE UNIQUE INDEX idx_transactions_provider_reference
  ON transactions (COALESCE(provider, ''), reference) WHERE reference IS NOT NULL;
-- One statement line is one transaction.
CREATE UNIQUE INDEX idx_transactions_statement_line
  ON transactions (reconciliation_batch_id, statement_line) WHERE statement_line IS NOT NULL;

CREATE INDEX idx_transactions_loan ON transactions (loan_id);
CREATE INDEX idx_transactions_batch ON transactions (reconciliation_batch_id);
CREATE INDEX idx_transactions_reconciled_by ON transactions (reconciled_by);
CREATE INDEX idx_transactions_reconciled_at ON transactions (reconciled_at);
CREATE INDEX idx_transactions_refunded_by ON transactions (refunded_by);
CREATE INDEX idx_transactions_created_by ON transactions (created_by);
CREATE INDEX idx_transactions_deleted_by ON transactions (deleted_by);
CREATE INDEX idx_transactions_provider ON transactions (provider);
CREATE INDEX idx_transactions_network ON transactions (network);
CREATE INDEX idx_transactions_method ON transactions (payment_method);
CREATE INDEX idx_transactions_amount ON transactions (amount, id);
CREATE INDEX idx_transactions_status_created ON transactions (status, created_at, id);

CREATE SEQUENCE series_transaction AS BIGINT;
