CREATE TABLE preorders (
  id SERIAL PRIMARY KEY,
  preorder_number VARCHAR(50) NOT NULL UNIQUE,
  customer_id INTEGER NOT NULL REFERENCES customers (id),

  requested_specs TEXT NOT NULL,
  -- NULL for preorders of an older system, which did not ask: their arrival checks nothing.
  requested_category VARCHAR(20)
    CHECK (requested_category IS NULL OR requested_category IN ('Laptop', 'Phone', 'Accessory')),
  target_price_min NUMERIC(14, 2) CHECK (target_price_min >= 0),
  target_price_max NUMERIC(14, 2) CHECK (target_price_max >= 0),
  agreed_price NUMERIC(14, 2) CHECK (agreed_price > 0),

  deposit_amount NUMERIC(14, 2) NOT NULL DEFAULT 500.00 CHECK (deposit_amount >= 0),
  deposit_paid BOOLEAN NOT NULL DEFAULT FALSE,
  deposit_date DATE,
  deposit_payment_method VARCHAR(20) CHECK (
    deposit_payment_method IS NULL
    OR deposit_payment_method IN ('Cash', 'MoMo', 'Bank Transfer', 'Card', 'Other')
  ),
  -- True once all or a part of it went back to the customer.
  deposit_refunded BOOLEAN NOT NULL DEFAULT FALSE,

  status VARCHAR(30) NOT NULL DEFAULT 'Deposit Pending' CHECK (status IN (
    'Deposit Pending',
    'Ordered',
    'In Transit',
    'Arrived',
    'Customer Notified',
    'Picked Up',
    'Rejected',
    'Resold',
    'Closed'
  )),

  order_date DATE,
  sla_date DATE,
  arrival_date DATE,
  customer_notified_date DATE,

  asset_id INTEGER REFERENCES assets (id),

  -- The sale that the customer picked it up on.
  pickup_invoice_id INTEGER REFERENCES invoices (id),

  rejected_date DATE,
  rejection_reason TEXT,
  resale_recovery_amount NUMERIC(14, 2) CHECK (resale_recovery_amount >= 0),
  resale_invoice_id INTEGER REFERENCES invoices (id),
  shortfall NUMERIC(14, 2) CHECK (shortfall >= 0),
  refund_due NUMERIC(14, 2) CHECK (refund_due >= 0),

  notes TEXT,
  policy_terms TEXT DEFAULT 'Deposit applied toward purchase. If rejected, Payless4Tech may resell before reimbursing. Customer owes any shortfall.',

  assigned_to INTEGER REFERENCES users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_preorder_target_prices CHECK (target_price_min <= target_price_max),
  CONSTRAINT check_preorder_sla CHECK (sla_date >= order_date)
);

CREATE INDEX idx_preorders_number ON preorders (preorder_number);
CREATE INDEX idx_preorders_customer ON preorders (customer_id);
CREATE INDEX idx_preorders_status ON preorders (status);
CREATE INDEX idx_preorders_sla ON preorders (sla_date);
CREATE INDEX idx_preorders_asset ON preorders (asset_id);

CREATE INDEX idx_preorders_category ON preorders (requested_category, id);
CREATE INDEX idx_preorders_pickup_invoice ON preorders (pickup_invoice_id);
CREATE INDEX idx_preorders_resale_invoice ON preorders (resale_invoice_id);
CREATE INDEX idx_preorders_assigned_to ON preorders (assigned_to);
CREATE INDEX idx_preorders_order_date ON preorders (order_date);
CREATE INDEX idx_preorders_arrival_date ON preorders (arrival_date);
CREATE INDEX idx_preorders_status_created ON preorders (status, created_at, id);
CREATE INDEX idx_preorders_created ON preorders (created_at, id);

ALTER TABLE assets
  ADD CONSTRAINT assets_preorder_id_fkey FOREIGN KEY (preorder_id) REFERENCES preorders (id);

-- A device is held for one preorder, and a preorder holds one device.
CREATE UNIQUE INDEX idx_assets_preorder ON assets (preorder_id);
