CREATE TABLE customers (
  id SERIAL PRIMARY KEY,
  customer_type VARCHAR(20) NOT NULL CHECK (customer_type IN ('Retail', 'Wholesale')),
  full_name VARCHAR(100) NOT NULL,
  business_name VARCHAR(100),
  email VARCHAR(100),
  phone VARCHAR(20) NOT NULL,
  alternate_phone VARCHAR(20),
  address TEXT,
  city VARCHAR(50) DEFAULT 'Accra',
  region VARCHAR(50),
  notes TEXT,
  deleted_at TIMESTAMPTZ,
  deleted_by INTEGER REFERENCES users (id),
  delete_reason TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_wholesale_business_name
    CHECK (customer_type <> 'Wholesale' OR business_name IS NOT NULL),
  CONSTRAINT check_customer_deletion
    CHECK (deleted_at IS NOT NULL OR (deleted_by IS NULL AND delete_reason IS NULL))
);

CREATE INDEX idx_customers_phone ON customers (phone);
CREATE INDEX idx_customers_type ON customers (customer_type);
CREATE INDEX idx_customers_name ON customers (full_name);
CREATE INDEX idx_customers_deleted ON customers (deleted_at);

CREATE INDEX idx_customers_email ON customers (email);
CREATE INDEX idx_customers_deleted_by ON customers (deleted_by);
CREATE INDEX idx_customers_created ON customers (created_at, id);
