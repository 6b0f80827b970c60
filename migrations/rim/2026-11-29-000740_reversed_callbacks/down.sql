DELETE FROM provider_callbacks WHERE status = 'reversed';
ALTER TABLE provider_callbacks
  DROP CONSTRAINT provider_callbacks_status_check,
  ADD CONSTRAINT provider_callbacks_status_check
    CHECK (status IN ('pending', 'completed', 'failed'));
