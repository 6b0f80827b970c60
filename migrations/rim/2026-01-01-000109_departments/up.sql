CREATE TABLE departments (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  description VARCHAR(500) NOT NULL,
  tier INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 3),
  -- Kept by the mutations that add, move and remove agents.
  agent_count INTEGER NOT NULL DEFAULT 0 CHECK (agent_count >= 0),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_departments_tier ON departments (tier);
CREATE INDEX idx_departments_created ON departments (created_at, id);

INSERT INTO departments (id, name, description, tier) VALUES
  ('01920000-0000-7000-8000-000000000201', 'First Line', 'Takes every question first.', 1),
  ('01920000-0000-7000-8000-000000000202', 'Loans Desk', 'Loans, limits and repayments.', 2),
  ('01920000-0000-7000-8000-000000000203', 'Payments Desk', 'Transactions, refunds and bills.', 2),
  ('01920000-0000-7000-8000-000000000204', 'Escalations', 'What nobody else could solve.', 3);
