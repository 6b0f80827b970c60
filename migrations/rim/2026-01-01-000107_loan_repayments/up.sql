-- What of a repayment went to which loan: the document only implies it.

CREATE TABLE loan_repayments (
  id UUID PRIMARY KEY,
  transaction_id UUID NOT NULL REFERENCES transactions (id),
  loan_id UUID NOT NULL REFERENCES loans (id),
  amount NUMERIC(14, 2) NOT NULL CHECK (amount > 0),
  reversed_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_loan_repayments_transaction ON loan_repayments (transaction_id);
CREATE INDEX idx_loan_repayments_loan ON loan_repayments (loan_id);
CREATE INDEX idx_loan_repayments_reversed ON loan_repayments (reversed_at);
CREATE INDEX idx_loan_repayments_created ON loan_repayments (created_at, id);

-- A transaction pays a loan once; after a reversal it can again.
CREATE UNIQUE INDEX idx_loan_repayments_live
  ON loan_repayments (transaction_id, loan_id) WHERE reversed_at IS NULL;
