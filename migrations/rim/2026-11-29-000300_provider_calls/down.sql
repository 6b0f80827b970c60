DROP INDEX idx_api_integrations_deleted_by;
DROP INDEX idx_api_integrations_name;
DROP INDEX idx_api_integrations_name_live;
ALTER TABLE api_integrations
  DROP CONSTRAINT check_api_integration_deletion,
  DROP COLUMN deleted_at,
  DROP COLUMN deleted_by,
  DROP COLUMN delete_reason,
  ADD CONSTRAINT api_integrations_name_key UNIQUE (name);

UPDATE admin_roles r SET permissions = (
    SELECT jsonb_agg(p.entry ORDER BY p.place)
    FROM jsonb_array_elements(r.permissions) WITH ORDINALITY p (entry, place)
    WHERE p.entry ->> 'resource' <> 'api_calls')
  WHERE name IN ('operations_manager', 'finance', 'auditor');

DROP TABLE api_calls;
DROP INDEX idx_transactions_loan_airtime;
DROP INDEX idx_transactions_airtime_pending;
ALTER TABLE transactions
  DROP CONSTRAINT check_transaction_sending,
  DROP COLUMN sent_at,
  DROP COLUMN asked_at;
