CREATE TABLE payments (
  id SERIAL PRIMARY KEY,
  invoice_id INTEGER NOT NULL REFERENCES invoices (id),
  -- The business date, never the machine's: without one the insert fails.
  payment_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  payment_method VARCHAR(20) NOT NULL
    CHECK (payment_method IN ('Cash', 'MoMo', 'Bank Transfer', 'Card', 'Other')),
  amount NUMERIC(14, 2) NOT NULL,
  -- Cash handed over and handed back, where it was more than the amount due.
  tendered NUMERIC(14, 2),
  change_given NUMERIC(14, 2),
  reference VARCHAR(100),
  reference_kind VARCHAR(20) CHECK (reference_kind IN ('StoreCredit', 'Deposit')),
  notes TEXT,
  received_by INTEGER REFERENCES users (id),

  voided_at TIMESTAMPTZ,
  voided_by INTEGER REFERENCES users (id),
  void_reason TEXT,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_payment_amount CHECK (amount > 0),
  CONSTRAINT check_payment_change CHECK (
    num_nonnulls(tendered, change_given) = 0
    OR (num_nonnulls(tendered, change_given) = 2
        AND payment_method = 'Cash'
        AND tendered >= amount
        AND change_given = tendered - amount)
  ),
  CONSTRAINT check_payment_reference CHECK (
    payment_method IN ('Cash', 'Other') OR reference IS NOT NULL
  ),
  CONSTRAINT check_payment_reference_kind CHECK (
    reference_kind IS NULL OR (payment_method = 'Other' AND reference IS NOT NULL)
  ),
  CONSTRAINT check_payment_void CHECK (num_nonnulls(voided_at, voided_by, void_reason) IN (0, 3))
);

CREATE INDEX idx_payments_invoice ON payments (invoice_id);
CREATE INDEX idx_payments_date ON payments (payment_date);
CREATE INDEX idx_payments_method ON payments (payment_method);

-- The same transfer cannot pay twice; a voided one may be entered again.
CREATE UNIQUE INDEX idx_payments_live_reference ON payments (payment_method, reference)
  WHERE reference IS NOT NULL AND voided_at IS NULL
    AND payment_method IN ('MoMo', 'Bank Transfer', 'Card');

CREATE INDEX idx_payments_received_by ON payments (received_by);
CREATE INDEX idx_payments_voided_by ON payments (voided_by);
CREATE INDEX idx_payments_amount ON payments (amount, id);
CREATE INDEX idx_payments_created ON payments (created_at, id);
