CREATE TABLE repair_tickets (
  id SERIAL PRIMARY KEY,
  ticket_number VARCHAR(50) NOT NULL UNIQUE,
  customer_id INTEGER REFERENCES customers (id),
  asset_id INTEGER REFERENCES assets (id),

  issue_type VARCHAR(50) NOT NULL CHECK (btrim(issue_type) <> ''),
  issue_description TEXT NOT NULL CHECK (btrim(issue_description) <> ''),

  status VARCHAR(30) NOT NULL DEFAULT 'Open' CHECK (status IN (
    'Open',
    'Diagnosing',
    'Waiting for Parts',
    'In Repair',
    'Ready',
    'Closed'
  )),

  assigned_to INTEGER REFERENCES users (id),

  -- The business date, never the machine's: without one the insert fails.
  opened_date DATE NOT NULL DEFAULT current_setting('bizgraph.business_date')::date,
  closed_date DATE,

  outcome VARCHAR(50)
    CHECK (outcome IS NULL OR outcome IN ('Repaired', 'Replaced', 'Refunded', 'Unable')),
  resolution_notes TEXT,

  labor_cost NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (labor_cost >= 0),
  parts_cost NUMERIC(14, 2) NOT NULL DEFAULT 0 CHECK (parts_cost >= 0),
  total_cost NUMERIC(14, 2) NOT NULL GENERATED ALWAYS AS (labor_cost + parts_cost) STORED,

  -- False for the shop's own devices and for repairs under warranty.
  billable BOOLEAN NOT NULL DEFAULT TRUE,
  invoice_id INTEGER REFERENCES invoices (id),
  warranty_claim_id INTEGER,

  notes TEXT,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_ticket_subject CHECK (customer_id IS NOT NULL OR asset_id IS NOT NULL),
  CONSTRAINT check_ticket_dates CHECK (closed_date >= opened_date),
  CONSTRAINT check_ticket_closed CHECK ((status = 'Closed') = (closed_date IS NOT NULL)),
  CONSTRAINT check_ticket_outcome CHECK (status <> 'Closed' OR outcome IS NOT NULL),
  CONSTRAINT check_ticket_claim CHECK (warranty_claim_id IS NULL OR NOT billable)
);

CREATE INDEX idx_repair_tickets_number ON repair_tickets (ticket_number);
CREATE INDEX idx_repair_tickets_customer ON repair_tickets (customer_id);
CREATE INDEX idx_repair_tickets_asset ON repair_tickets (asset_id);
CREATE INDEX idx_repair_tickets_status ON repair_tickets (status);
CREATE INDEX idx_repair_tickets_assigned ON repair_tickets (assigned_to);
CREATE INDEX idx_repair_tickets_date ON repair_tickets (opened_date);

CREATE INDEX idx_repair_tickets_closed_date ON repair_tickets (closed_date, id);
CREATE INDEX idx_repair_tickets_outcome ON repair_tickets (outcome, created_at, id);
CREATE INDEX idx_repair_tickets_invoice ON repair_tickets (invoice_id);
CREATE INDEX idx_repair_tickets_claim ON repair_tickets (warranty_claim_id);
CREATE INDEX idx_repair_tickets_status_created ON repair_tickets (status, created_at, id);
CREATE INDEX idx_repair_tickets_created ON repair_tickets (created_at, id);

-- A device is repaired on one ticket at a time.
CREATE UNIQUE INDEX idx_repair_tickets_open_asset ON repair_tickets (asset_id)
  WHERE status <> 'Closed' AND asset_id IS NOT NULL;
