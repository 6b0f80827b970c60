-- A drawer is a person's from its opening to its counting. Every tender that the person takes
-- or pays out meanwhile points to the session.

CREATE TABLE cash_drawer_sessions (
  id SERIAL PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id),
  status VARCHAR(20) NOT NULL DEFAULT 'Open' CHECK (status IN ('Open', 'Closed')),
  opening_float NUMERIC(14, 2) NOT NULL CHECK (opening_float >= 0),
  opened_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  opened_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  closed_date DATE,
  closed_at TIMESTAMPTZ,
  closed_by INTEGER REFERENCES users (id),
  closing_notes TEXT,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_cash_drawer_session_closed CHECK (
    num_nonnulls(closed_date, closed_at, closed_by)
      = CASE WHEN status = 'Closed' THEN 3 ELSE 0 END
  )
);

CREATE UNIQUE INDEX idx_cash_drawer_sessions_open ON cash_drawer_sessions (user_id)
  WHERE status = 'Open';
CREATE INDEX idx_cash_drawer_sessions_user ON cash_drawer_sessions (user_id, id);
CREATE INDEX idx_cash_drawer_sessions_status ON cash_drawer_sessions (status, id);
CREATE INDEX idx_cash_drawer_sessions_opened_date ON cash_drawer_sessions (opened_date, id);
CREATE INDEX idx_cash_drawer_sessions_closed_date ON cash_drawer_sessions (closed_date, id);
CREATE INDEX idx_cash_drawer_sessions_closed_by ON cash_drawer_sessions (closed_by);
CREATE INDEX idx_cash_drawer_sessions_created ON cash_drawer_sessions (created_at, id);

-- What was counted at the closing, beside what should have been there.
CREATE TABLE cash_drawer_counts (
  id SERIAL PRIMARY KEY,
  cash_drawer_session_id INTEGER NOT NULL REFERENCES cash_drawer_sessions (id),
  payment_method VARCHAR(20) NOT NULL
    CHECK (payment_method IN ('Cash', 'MoMo', 'Bank Transfer', 'Card', 'Other')),
  -- More may have gone out by a method than came in.
  expected NUMERIC(14, 2) NOT NULL,
  counted NUMERIC(14, 2) NOT NULL CHECK (counted >= 0 OR payment_method <> 'Cash'),
  difference NUMERIC(14, 2) NOT NULL GENERATED ALWAYS AS (counted - expected) STORED,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT unique_cash_drawer_count UNIQUE (cash_drawer_session_id, payment_method)
);

CREATE INDEX idx_cash_drawer_counts_method ON cash_drawer_counts (payment_method, id);
CREATE INDEX idx_cash_drawer_counts_created ON cash_drawer_counts (created_at, id);

ALTER TABLE payments
  ADD COLUMN cash_drawer_session_id INTEGER REFERENCES cash_drawer_sessions (id);
ALTER TABLE refund_tenders
  ADD COLUMN cash_drawer_session_id INTEGER REFERENCES cash_drawer_sessions (id);
ALTER TABLE preorder_payments
  ADD COLUMN cash_drawer_session_id INTEGER REFERENCES cash_drawer_sessions (id);

CREATE INDEX idx_payments_drawer ON payments (cash_drawer_session_id)
  WHERE cash_drawer_session_id IS NOT NULL;
CREATE INDEX idx_refund_tenders_drawer ON refund_tenders (cash_drawer_session_id)
  WHERE cash_drawer_session_id IS NOT NULL;
CREATE INDEX idx_preorder_payments_drawer ON preorder_payments (cash_drawer_session_id)
  WHERE cash_drawer_session_id IS NOT NULL;

-- All that went through a drawer, one row each: what came in, and what went out below zero.
-- Deposits and store credit that pay an invoice are no money in the drawer.
CREATE VIEW view_cash_drawer_flows WITH (security_invoker = true) AS
SELECT
  cash_drawer_session_id,
  'Payment' AS flow_kind,
  payment_method,
  amount,
  coalesce(tendered, amount) AS tendered,
  coalesce(change_given, 0.00) AS change_given,
  voided_at IS NOT NULL AS is_voided
FROM payments
WHERE cash_drawer_session_id IS NOT NULL AND reference_kind IS NULL
UNION ALL
SELECT cash_drawer_session_id, 'Refund', payment_method, -amount, 0.00, 0.00, FALSE
FROM refund_tenders
WHERE cash_drawer_session_id IS NOT NULL AND customer_credit_id IS NULL
UNION ALL
SELECT
  cash_drawer_session_id,
  payment_kind,
  payment_method,
  CASE WHEN payment_kind = 'Refund' THEN -amount ELSE amount END,
  CASE WHEN payment_kind = 'Refund' THEN 0.00 ELSE amount END,
  0.00,
  FALSE
FROM preorder_payments
WHERE cash_drawer_session_id IS NOT NULL AND customer_credit_id IS NULL;
