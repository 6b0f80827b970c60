CREATE TABLE credit_limit_changes (
  id UUID PRIMARY KEY,
  user_id UUID NOT NULL REFERENCES users (id),
  -- Who changed it; empty for the rules themselves.
  changed_by UUID REFERENCES admin_users (id),
  -- The loan whose end the rules answered.
  loan_id UUID REFERENCES loans (id),
  reason VARCHAR(500) NOT NULL,
  old_limit NUMERIC(14, 2) NOT NULL CHECK (old_limit >= 0),
  new_limit NUMERIC(14, 2) NOT NULL CHECK (new_limit >= 0),
  old_score INTEGER NOT NULL CHECK (old_score BETWEEN 0 AND 1000),
  new_score INTEGER NOT NULL CHECK (new_score BETWEEN 0 AND 1000),

  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_credit_limit_changes_user ON credit_limit_changes (user_id);
CREATE INDEX idx_credit_limit_changes_changed_by ON credit_limit_changes (changed_by);
CREATE INDEX idx_credit_limit_changes_loan ON credit_limit_changes (loan_id);
CREATE INDEX idx_credit_limit_changes_created ON credit_limit_changes (created_at, id);
