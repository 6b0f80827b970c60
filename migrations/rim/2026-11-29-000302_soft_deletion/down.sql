DROP INDEX idx_loan_repayments_live;
CREATE UNIQUE INDEX idx_loan_repayments_live
  ON loan_repayments (transaction_id, loan_id) WHERE reversed_at IS NULL;

DROP INDEX idx_transactions_provider_reference;
CREATE UNIQUE INDEX idx_transactions_provider_reference
  ON transactions (COALESCE(provider, ''), reference) WHERE reference IS NOT NULL;

UPDATE admin_roles r SET permissions = (
    SELECT jsonb_agg(CASE WHEN p.entry ->> 'resource' IN ('loans', 'transactions')
      THEN jsonb_set(p.entry, '{actions}', (p.entry -> 'actions') - 'delete') ELSE p.entry END
      ORDER BY p.place)
    FROM jsonb_array_elements(r.permissions) WITH ORDINALITY p (entry, place))
  WHERE r.name IN ('operations_manager', 'finance');
