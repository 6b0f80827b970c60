-- A former system says that a device was replaced, and not by which.
ALTER TABLE warranty_claims
  ADD COLUMN replaced_before_import BOOLEAN NOT NULL DEFAULT FALSE,
  DROP CONSTRAINT check_claim_replacement,
  ADD CONSTRAINT check_claim_replacement CHECK (
    (replacement_asset_id IS NOT NULL OR replaced_before_import)
      = coalesce(outcome = 'Replaced', FALSE)
    AND NOT (replacement_asset_id IS NOT NULL AND replaced_before_import)
  );
