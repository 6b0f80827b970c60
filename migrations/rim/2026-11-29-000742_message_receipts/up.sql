-- Providers of SMS and email tell whether messages arrived.
ALTER TABLE provider_callbacks
  DROP CONSTRAINT provider_callbacks_kind_check,
  ADD CONSTRAINT provider_callbacks_kind_check
    CHECK (kind IN ('airtime', 'repayment', 'message'));
