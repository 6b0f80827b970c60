-- Loans that were rejected and transactions that moved nothing can be deleted softly.
UPDATE admin_roles r SET permissions = (
    SELECT jsonb_agg(CASE WHEN p.entry ->> 'resource' = 'loans'
      THEN jsonb_set(p.entry, '{actions}', p.entry -> 'actions' || '["delete"]') ELSE p.entry END
      ORDER BY p.place)
    FROM jsonb_array_elements(r.permissions) WITH ORDINALITY p (entry, place))
  WHERE r.name = 'operations_manager';
UPDATE admin_roles r SET permissions = (
    SELECT jsonb_agg(CASE WHEN p.entry ->> 'resource' = 'transactions'
      THEN jsonb_set(p.entry, '{actions}', p.entry -> 'actions' || '["delete"]') ELSE p.entry END
      ORDER BY p.place)
    FROM jsonb_array_elements(r.permissions) WITH ORDINALITY p (entry, place))
  WHERE r.name = 'finance';

-- What was deleted leaves its reference to others.
DROP INDEX idx_transactions_provider_reference;
CREATE UNIQUE INDEX idx_transactions_provider_reference
  ON transactions (COALESCE(provider, ''), reference)
  WHERE reference IS NOT NULL AND deleted_at IS NULL;

-- What a repayment left as credit may go to a loan that it paid already, once another is refunded.
DROP INDEX idx_loan_repayments_live;
CREATE INDEX idx_loan_repayments_live
  ON loan_repayments (transaction_id, loan_id) WHERE reversed_at IS NULL;
