CREATE TABLE canned_replies (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  body VARCHAR(5000) NOT NULL,
  category VARCHAR(20) CHECK (category IN ('technical', 'billing', 'account', 'loan', 'general', 'transaction')),
  department_id UUID REFERENCES departments (id),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  created_by UUID REFERENCES admin_users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_canned_replies_category ON canned_replies (category);
CREATE INDEX idx_canned_replies_department ON canned_replies (department_id);
CREATE INDEX idx_canned_replies_created_by ON canned_replies (created_by);
CREATE INDEX idx_canned_replies_created ON canned_replies (created_at, id);
