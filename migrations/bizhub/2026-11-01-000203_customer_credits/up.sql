-- What the shop owes a customer in goods: spent as a tender, never more than is left.

CREATE TABLE customer_credits (
  id SERIAL PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  amount NUMERIC(14, 2) NOT NULL CHECK (amount > 0),
  -- Sum of the live tenders that spend it.
  used NUMERIC(14, 2) NOT NULL DEFAULT 0,

  source_kind VARCHAR(20) NOT NULL CHECK (source_kind IN ('Deposit', 'Refund')),
  preorder_id INTEGER REFERENCES preorders (id),
  refund_id INTEGER REFERENCES refunds (id),

  -- Set when the sale that left it was undone before it was spent.
  voided_at TIMESTAMPTZ,
  void_reason TEXT,

  issued_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  issued_by INTEGER REFERENCES users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_credit_used CHECK (used BETWEEN 0 AND amount),
  CONSTRAINT check_credit_source CHECK (
    (source_kind = 'Deposit' AND preorder_id IS NOT NULL AND refund_id IS NULL)
    OR (source_kind = 'Refund' AND refund_id IS NOT NULL AND preorder_id IS NULL)
  ),
  CONSTRAINT check_credit_void
    CHECK (num_nonnulls(voided_at, void_reason) IN (0, 2) AND (voided_at IS NULL OR used = 0))
);

CREATE INDEX idx_customer_credits_customer ON customer_credits (customer_id);
CREATE INDEX idx_customer_credits_preorder ON customer_credits (preorder_id);
CREATE INDEX idx_customer_credits_refund ON customer_credits (refund_id);
CREATE INDEX idx_customer_credits_source ON customer_credits (source_kind, id);
CREATE INDEX idx_customer_credits_issued_date ON customer_credits (issued_date);
CREATE INDEX idx_customer_credits_issued_by ON customer_credits (issued_by);
CREATE INDEX idx_customer_credits_voided ON customer_credits (voided_at);
CREATE INDEX idx_customer_credits_created ON customer_credits (created_at, id);
