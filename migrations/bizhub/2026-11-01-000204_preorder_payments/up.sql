-- Money of a preorder that is not on an invoice: the deposit in, what goes back of it, and a
-- shortfall that the customer pays. The row of preorders keeps the document's columns beside.

CREATE TABLE preorder_payments (
  id SERIAL PRIMARY KEY,
  preorder_id INTEGER NOT NULL REFERENCES preorders (id),
  payment_kind VARCHAR(20) NOT NULL CHECK (payment_kind IN ('Deposit', 'Refund', 'Shortfall')),
  payment_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  payment_method VARCHAR(20) NOT NULL
    CHECK (payment_method IN ('Cash', 'MoMo', 'Bank Transfer', 'Card', 'Other')),
  amount NUMERIC(14, 2) NOT NULL CHECK (amount > 0),
  reference VARCHAR(100),
  -- The store credit that it was paid out as.
  customer_credit_id INTEGER REFERENCES customer_credits (id),
  recorded_by INTEGER REFERENCES users (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_preorder_payment_credit CHECK (
    customer_credit_id IS NULL OR (payment_kind = 'Refund' AND payment_method = 'Other')
  ),
  -- A preorder takes one deposit, pays once back, and asks once for a shortfall.
  CONSTRAINT unique_preorder_payment_kind UNIQUE (preorder_id, payment_kind)
);

-- The same transfer cannot pay twice.
CREATE UNIQUE INDEX idx_preorder_payments_reference
  ON preorder_payments (payment_method, reference)
  WHERE reference IS NOT NULL AND payment_kind <> 'Refund'
    AND payment_method IN ('MoMo', 'Bank Transfer', 'Card');

CREATE INDEX idx_preorder_payments_kind ON preorder_payments (payment_kind, id);
CREATE INDEX idx_preorder_payments_date ON preorder_payments (payment_date);
CREATE INDEX idx_preorder_payments_method ON preorder_payments (payment_method, id);
CREATE INDEX idx_preorder_payments_credit ON preorder_payments (customer_credit_id);
CREATE INDEX idx_preorder_payments_recorded_by ON preorder_payments (recorded_by);
CREATE INDEX idx_preorder_payments_created ON preorder_payments (created_at, id);
