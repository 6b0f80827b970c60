-- Customers of the mobile app.

CREATE TABLE users (
  id UUID PRIMARY KEY,
  user_id VARCHAR(30) NOT NULL UNIQUE,
  first_name VARCHAR(100),
  last_name VARCHAR(100),
  phone VARCHAR(20) NOT NULL,
  email VARCHAR(100) NOT NULL,
  credit_score INTEGER NOT NULL DEFAULT 500 CHECK (credit_score BETWEEN 0 AND 1000),
  -- Follows from the loans, see the rules; never set by hand.
  repayment_status VARCHAR(20) NOT NULL DEFAULT 'Pending'
    CHECK (repayment_status IN ('Partial', 'Completed', 'Overdue', 'Pending')),
  total_repaid NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (total_repaid >= 0),
  status VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
  suspension_reason VARCHAR(500),
  -- Suspended because a loan was not paid back: lifting it takes two people.
  suspended_for_default BOOLEAN NOT NULL DEFAULT FALSE,
  credit_limit NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (credit_limit >= 0),
  auto_limit_enabled BOOLEAN NOT NULL DEFAULT TRUE,
  total_loans INTEGER NOT NULL DEFAULT 0 CHECK (total_loans >= 0),
  -- Paid beyond what was owed, where the tenant allows it; the next loan consumes it.
  repayment_credit NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (repayment_credit >= 0),
  last_active_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  sms_opt_out BOOLEAN NOT NULL DEFAULT FALSE,
  email_opt_out BOOLEAN NOT NULL DEFAULT FALSE,
  deleted_at TIMESTAMPTZ,
  deleted_by UUID REFERENCES admin_users (id),
  delete_reason VARCHAR(500),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_user_deletion
    CHECK (deleted_at IS NOT NULL OR (deleted_by IS NULL AND delete_reason IS NULL)),
  CONSTRAINT check_user_suspension
    CHECK (status = 'suspended' OR (suspension_reason IS NULL AND NOT suspended_for_default))
);

CREATE INDEX idx_users_user_id ON users (user_id);
CREATE INDEX idx_users_phone ON users (phone);
CREATE INDEX idx_users_email ON users (email);
CREATE INDEX idx_users_status ON users (status);

CREATE UNIQUE INDEX idx_users_phone_live ON users (phone) WHERE deleted_at IS NULL;
-- As login and sessions find the person.
CREATE INDEX idx_users_phone_folded ON users (lower(phone));
CREATE UNIQUE INDEX idx_users_person ON users (('user:' || id::text));

CREATE INDEX idx_users_repayment_status ON users (repayment_status);
CREATE INDEX idx_users_status_active ON users (status, last_active_at);
CREATE INDEX idx_users_credit_limit ON users (credit_limit, id);
CREATE INDEX idx_users_last_name ON users (last_name, id);
CREATE INDEX idx_users_deleted ON users (deleted_at);
CREATE INDEX idx_users_deleted_by ON users (deleted_by);
CREATE INDEX idx_users_created ON users (created_at, id);

CREATE SEQUENCE series_user AS BIGINT;
