CREATE TABLE invoices (
  id SERIAL PRIMARY KEY,
  -- DRAFT-{id} until the invoice is sent: a number taken by an abandoned draft is a hole.
  invoice_number VARCHAR(50) NOT NULL UNIQUE,
  customer_id INTEGER REFERENCES customers (id),
  customer_type VARCHAR(20) NOT NULL
    CHECK (customer_type IN ('Retail', 'Wholesale', 'Walk-in')),

  -- The business date, never the machine's: without one the insert fails.
  invoice_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  due_date DATE,
  status VARCHAR(20) NOT NULL DEFAULT 'Draft'
    CHECK (status IN ('Draft', 'Sent', 'Paid', 'Cancelled', 'Refunded')),

  subtotal NUMERIC(14, 2) NOT NULL CHECK (subtotal >= 0),
  tax_amount NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),
  total_amount NUMERIC(14, 2) NOT NULL CHECK (total_amount >= 0),
  amount_paid NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (amount_paid >= 0),
  refunded_amount NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (refunded_amount >= 0),

  lead_source_id INTEGER REFERENCES lead_sources (id),
  -- The name as it was at the sale, whatever the source is called later.
  lead_source VARCHAR(50),
  sales_rep_id INTEGER REFERENCES users (id),

  notes TEXT,

  sent_at TIMESTAMPTZ,
  paid_at TIMESTAMPTZ,
  paid_date DATE,
  cancelled_reason TEXT,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_invoice_customer CHECK (customer_type = 'Walk-in' OR customer_id IS NOT NULL),
  CONSTRAINT check_invoice_total CHECK (total_amount = subtotal + tax_amount),
  CONSTRAINT check_invoice_paid CHECK (amount_paid <= total_amount),
  CONSTRAINT check_invoice_due_date CHECK (due_date >= invoice_date)
);

CREATE INDEX idx_invoices_number ON invoices (invoice_number);
CREATE INDEX idx_invoices_customer ON invoices (customer_id);
CREATE INDEX idx_invoices_date ON invoices (invoice_date);
CREATE INDEX idx_invoices_status ON invoices (status);
CREATE INDEX idx_invoices_lead_source ON invoices (lead_source);

CREATE INDEX idx_invoices_lead_source_id ON invoices (lead_source_id);
CREATE INDEX idx_invoices_sales_rep ON invoices (sales_rep_id);
CREATE INDEX idx_invoices_customer_type ON invoices (customer_type, created_at, id);
CREATE INDEX idx_invoices_due_date ON invoices (due_date);
CREATE INDEX idx_invoices_total ON invoices (total_amount, id);
CREATE INDEX idx_invoices_status_created ON invoices (status, created_at, id);
CREATE INDEX idx_invoices_created ON invoices (created_at, id);

ALTER TABLE assets
  ADD CONSTRAINT assets_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id);
