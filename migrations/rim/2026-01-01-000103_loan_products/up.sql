CREATE TABLE loan_products (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  description VARCHAR(500),
  network VARCHAR(20) NOT NULL CHECK (network IN ('MTN', 'Airtel', 'Glo', '9mobile')),
  min_amount NUMERIC(14, 2) NOT NULL CHECK (min_amount > 0),
  max_amount NUMERIC(14, 2) NOT NULL,
  interest_rate NUMERIC(7, 4) NOT NULL CHECK (interest_rate BETWEEN 0 AND 100),
  repayment_period INTEGER NOT NULL CHECK (repayment_period BETWEEN 1 AND 90),
  fee NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (fee >= 0),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_loan_product_amounts CHECK (
    min_amount <= max_amount AND mod(min_amount, 50) = 0 AND mod(max_amount, 50) = 0
  )
);

CREATE INDEX idx_loan_products_network ON loan_products (network);
CREATE INDEX idx_loan_products_created ON loan_products (created_at, id);
