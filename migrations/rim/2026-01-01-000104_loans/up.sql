CREATE TABLE loans (
  id UUID PRIMARY KEY,
  loan_id VARCHAR(30) NOT NULL UNIQUE,
  user_id UUID NOT NULL REFERENCES users (id),
  -- Copies that follow the customer.
  user_phone VARCHAR(20) NOT NULL,
  user_email VARCHAR(100),
  loan_product_id UUID REFERENCES loan_products (id),
  -- Who entered it for the customer; empty when the customer asked.
  requested_by UUID REFERENCES admin_users (id),

  amount NUMERIC(14, 2) NOT NULL CHECK (amount > 0),
  status VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN (
    'pending', 'approved', 'rejected', 'disbursed', 'repaying', 'completed', 'defaulted'
  )),
  network VARCHAR(20) NOT NULL CHECK (network IN ('MTN', 'Airtel', 'Glo', '9mobile')),
  interest_rate NUMERIC(7, 4) NOT NULL CHECK (interest_rate BETWEEN 0 AND 100),
  repayment_period INTEGER NOT NULL CHECK (repayment_period BETWEEN 1 AND 90),
  due_date TIMESTAMPTZ,

  fee NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (fee >= 0),
  late_fee NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (late_fee >= 0),
  amount_due NUMERIC(14, 2) NOT NULL,
  amount_paid NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (amount_paid >= 0),
  outstanding_amount NUMERIC(14, 2) NOT NULL
    GENERATED ALWAYS AS (amount_due - amount_paid) STORED,

  approved_at TIMESTAMPTZ,
  approved_by UUID REFERENCES admin_users (id),
  rejected_at TIMESTAMPTZ,
  rejected_by UUID REFERENCES admin_users (id),
  rejection_reason VARCHAR(500),
  disbursed_at TIMESTAMPTZ,
  disbursement_attempts INTEGER NOT NULL DEFAULT 0 CHECK (disbursement_attempts >= 0),
  completed_at TIMESTAMPTZ,
  defaulted_at TIMESTAMPTZ,
  telco_reference VARCHAR(100),

  -- As they stood when the loan was asked for, and when it was agreed to.
  credit_score INTEGER CHECK (credit_score BETWEEN 0 AND 1000),
  previous_loans INTEGER CHECK (previous_loans >= 0),
  exposure_at_request NUMERIC(14, 2) NOT NULL CHECK (exposure_at_request >= 0),
  limit_at_request NUMERIC(14, 2) NOT NULL CHECK (limit_at_request >= 0),
  exposure_at_approval NUMERIC(14, 2) CHECK (exposure_at_approval >= 0),
  limit_at_approval NUMERIC(14, 2) CHECK (limit_at_approval >= 0),
  auto_approved BOOLEAN NOT NULL DEFAULT FALSE,
  recovered BOOLEAN NOT NULL DEFAULT FALSE,
  -- What else was given; the columns above are answered beside it.
  further_metadata JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(further_metadata) = 'object'),

  deleted_at TIMESTAMPTZ,
  deleted_by UUID REFERENCES admin_users (id),
  delete_reason VARCHAR(500),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_loan_due CHECK (amount_due >= amount),
  CONSTRAINT check_loan_paid CHECK (amount_paid <= amount_due),
  CONSTRAINT check_loan_rejection
    CHECK ((status = 'rejected') = (rejected_at IS NOT NULL)
      AND (rejected_at IS NULL OR rejection_reason IS NOT NULL)),
  CONSTRAINT check_loan_disbursement CHECK (
    (status IN ('disbursed', 'repaying', 'completed', 'defaulted')) = (disbursed_at IS NOT NULL)
    AND (disbursed_at IS NULL) = (due_date IS NULL)
  ),
  CONSTRAINT check_loan_completion
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)
      AND (status <> 'completed' OR amount_paid = amount_due)),
  CONSTRAINT check_loan_deletion
    CHECK (deleted_at IS NULL OR status = 'rejected')
);

CREATE INDEX idx_loans_loan_id ON loans (loan_id);
CREATE INDEX idx_loans_user ON loans (user_id);
CREATE INDEX idx_loans_status ON loans (status);
CREATE INDEX idx_loans_network ON loans (network);
CREATE INDEX idx_loans_due_date ON loans (due_date);
CREATE INDEX idx_loans_created ON loans (created_at, id);

CREATE INDEX idx_loans_user_status ON loans (user_id, status);
CREATE INDEX idx_loans_status_due ON loans (status, due_date);
CREATE INDEX idx_loans_status_created ON loans (status, created_at, id);
CREATE INDEX idx_loans_product ON loans (loan_product_id);
CREATE INDEX idx_loans_requested_by ON loans (requested_by);
CREATE INDEX idx_loans_approved_by ON loans (approved_by);
CREATE INDEX idx_loans_rejected_by ON loans (rejected_by);
CREATE INDEX idx_loans_deleted_by ON loans (deleted_by);
CREATE INDEX idx_loans_amount ON loans (amount, id);
CREATE INDEX idx_loans_outstanding ON loans (outstanding_amount, id);
CREATE INDEX idx_loans_disbursed ON loans (disbursed_at, id);

CREATE SEQUENCE series_loan AS BIGINT;
