ALTER TABLE refund_tenders DROP COLUMN customer_credit_id;
ALTER TABLE payments
  DROP CONSTRAINT check_payment_typed_reference,
  DROP COLUMN preorder_id,
  DROP COLUMN customer_credit_id;
