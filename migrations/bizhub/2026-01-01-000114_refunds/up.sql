CREATE TABLE refunds (
  id SERIAL PRIMARY KEY,
  invoice_id INTEGER NOT NULL REFERENCES invoices (id),
  status VARCHAR(20) NOT NULL DEFAULT 'requested'
    CHECK (status IN ('requested', 'approved', 'rejected', 'completed')),
  reason TEXT NOT NULL,
  rejection_reason TEXT,
  -- True when a sent invoice gets its tenders back so that it can be cancelled.
  payments_only BOOLEAN NOT NULL DEFAULT FALSE,
  restocking_fee NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (restocking_fee >= 0),
  -- What the customer gets: the lines less the fee, and the sum of the tenders out.
  total_amount NUMERIC(14, 2) NOT NULL CHECK (total_amount >= 0),
  refund_date DATE,

  requested_by INTEGER NOT NULL REFERENCES users (id),
  requested_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  approved_by INTEGER REFERENCES users (id),
  approved_at TIMESTAMPTZ,
  rejected_by INTEGER REFERENCES users (id),
  rejected_at TIMESTAMPTZ,
  completed_by INTEGER REFERENCES users (id),
  completed_at TIMESTAMPTZ,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_refunds_invoice ON refunds (invoice_id);
CREATE INDEX idx_refunds_date ON refunds (refund_date);
CREATE INDEX idx_refunds_requested_by ON refunds (requested_by);
CREATE INDEX idx_refunds_approved_by ON refunds (approved_by);
CREATE INDEX idx_refunds_rejected_by ON refunds (rejected_by);
CREATE INDEX idx_refunds_completed_by ON refunds (completed_by);
CREATE INDEX idx_refunds_status_created ON refunds (status, created_at, id);
CREATE INDEX idx_refunds_created ON refunds (created_at, id);

CREATE TABLE refund_lines (
  id SERIAL PRIMARY KEY,
  refund_id INTEGER NOT NULL REFERENCES refunds (id),
  invoice_line_id INTEGER NOT NULL REFERENCES invoice_lines (id),
  -- Nought for a part of a service line, which is refunded by amount.
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  amount NUMERIC(14, 2) NOT NULL CHECK (amount >= 0),
  restock BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_refund_line_not_empty CHECK (quantity > 0 OR amount > 0),
  CONSTRAINT unique_refund_line UNIQUE (refund_id, invoice_line_id)
);

CREATE INDEX idx_refund_lines_invoice_line ON refund_lines (invoice_line_id);
CREATE INDEX idx_refund_lines_created ON refund_lines (created_at, id);

CREATE TABLE refund_tenders (
  id SERIAL PRIMARY KEY,
  refund_id INTEGER NOT NULL REFERENCES refunds (id),
  payment_method VARCHAR(20) NOT NULL
    CHECK (payment_method IN ('Cash', 'MoMo', 'Bank Transfer', 'Card', 'Other')),
  amount NUMERIC(14, 2) NOT NULL CHECK (amount > 0),
  -- The tender that brought the money in, where it goes back the way it came.
  payment_id INTEGER REFERENCES payments (id),
  reference VARCHAR(100),
  paid_by INTEGER NOT NULL REFERENCES users (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_refund_tenders_refund ON refund_tenders (refund_id);
CREATE INDEX idx_refund_tenders_payment ON refund_tenders (payment_id);
CREATE INDEX idx_refund_tenders_paid_by ON refund_tenders (paid_by);
CREATE INDEX idx_refund_tenders_method ON refund_tenders (payment_method, created_at, id);
CREATE INDEX idx_refund_tenders_created ON refund_tenders (created_at, id);
