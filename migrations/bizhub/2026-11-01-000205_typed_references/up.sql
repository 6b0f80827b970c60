-- What a deposit or a store credit pays enters an invoice as Other with a typed reference.

ALTER TABLE payments
  ADD COLUMN preorder_id INTEGER REFERENCES preorders (id),
  ADD COLUMN customer_credit_id INTEGER REFERENCES customer_credits (id),
  ADD CONSTRAINT check_payment_typed_reference CHECK (
    (preorder_id IS NOT NULL) = (reference_kind IS NOT DISTINCT FROM 'Deposit')
    AND (customer_credit_id IS NOT NULL) = (reference_kind IS NOT DISTINCT FROM 'StoreCredit')
  );

-- A deposit pays once.
CREATE UNIQUE INDEX idx_payments_live_deposit ON payments (preorder_id) WHERE voided_at IS NULL;
CREATE INDEX idx_payments_preorder ON payments (preorder_id);
CREATE INDEX idx_payments_customer_credit ON payments (customer_credit_id);

ALTER TABLE refund_tenders
  ADD COLUMN customer_credit_id INTEGER REFERENCES customer_credits (id),
  ADD CONSTRAINT check_refund_tender_credit
    CHECK (customer_credit_id IS NULL OR payment_method = 'Other');

CREATE INDEX idx_refund_tenders_credit ON refund_tenders (customer_credit_id);
