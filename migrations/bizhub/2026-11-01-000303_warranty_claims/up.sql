CREATE TABLE warranty_claims (
  id SERIAL PRIMARY KEY,
  claim_number VARCHAR(50) NOT NULL UNIQUE,
  warranty_id INTEGER NOT NULL REFERENCES warranties (id),
  customer_id INTEGER NOT NULL REFERENCES customers (id),

  issue_description TEXT NOT NULL CHECK (btrim(issue_description) <> ''),
  -- The business date, never the machine's: without one the insert fails.
  claim_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,

  status VARCHAR(20) NOT NULL DEFAULT 'Submitted'
    CHECK (status IN ('Submitted', 'Approved', 'Denied', 'Completed')),
  denial_reason TEXT,

  repair_ticket_id INTEGER REFERENCES repair_tickets (id),
  outcome VARCHAR(50)
    CHECK (outcome IS NULL OR outcome IN ('Repaired', 'Replaced', 'Refunded', 'Denied')),
  outcome_date DATE,
  replacement_asset_id INTEGER REFERENCES assets (id),
  replacement_invoice_id INTEGER REFERENCES invoices (id),
  refund_id INTEGER REFERENCES refunds (id),

  -- What the repair cost the shop, copied from its ticket when the claim ends.
  labor_cost NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (labor_cost >= 0),
  parts_cost NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (parts_cost >= 0),
  total_cost NUMERIC(14, 2) NOT NULL GENERATED ALWAYS AS (labor_cost + parts_cost) STORED,

  notes TEXT,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_claim_denial CHECK (status <> 'Denied' OR denial_reason IS NOT NULL),
  CONSTRAINT check_claim_denied CHECK ((status = 'Denied') = coalesce(outcome = 'Denied', FALSE)),
  CONSTRAINT check_claim_outcome
    CHECK ((status IN ('Denied', 'Completed')) = (outcome IS NOT NULL)),
  CONSTRAINT check_claim_outcome_date CHECK ((outcome IS NULL) = (outcome_date IS NULL)),
  CONSTRAINT check_claim_replacement
    CHECK ((replacement_asset_id IS NOT NULL) = coalesce(outcome = 'Replaced', FALSE))
);

CREATE INDEX idx_warranty_claims_number ON warranty_claims (claim_number);
CREATE INDEX idx_warranty_claims_warranty ON warranty_claims (warranty_id);
CREATE INDEX idx_warranty_claims_status ON warranty_claims (status);
CREATE INDEX idx_warranty_claims_date ON warranty_claims (claim_date);

CREATE INDEX idx_warranty_claims_customer ON warranty_claims (customer_id);
CREATE INDEX idx_warranty_claims_ticket ON warranty_claims (repair_ticket_id);
CREATE INDEX idx_warranty_claims_replacement ON warranty_claims (replacement_asset_id);
CREATE INDEX idx_warranty_claims_replacement_invoice ON warranty_claims (replacement_invoice_id);
CREATE INDEX idx_warranty_claims_refund ON warranty_claims (refund_id);
CREATE INDEX idx_warranty_claims_outcome ON warranty_claims (outcome, created_at, id);
CREATE INDEX idx_warranty_claims_outcome_date ON warranty_claims (outcome_date, id);
CREATE INDEX idx_warranty_claims_status_created ON warranty_claims (status, created_at, id);
CREATE INDEX idx_warranty_claims_created ON warranty_claims (created_at, id);

CREATE UNIQUE INDEX idx_warranty_claims_open ON warranty_claims (warranty_id)
  WHERE status IN ('Submitted', 'Approved');

ALTER TABLE repair_tickets
  ADD CONSTRAINT repair_tickets_warranty_claim_id_fkey
    FOREIGN KEY (warranty_claim_id) REFERENCES warranty_claims (id);
