-- A provider also tells that it took back what had arrived.
ALTER TABLE provider_callbacks
  DROP CONSTRAINT provider_callbacks_status_check,
  ADD CONSTRAINT provider_callbacks_status_check
    CHECK (status IN ('pending', 'completed', 'failed', 'reversed'));
