ALTER TABLE warranty_claims
  DROP CONSTRAINT check_claim_replacement,
  DROP COLUMN replaced_before_import,
  ADD CONSTRAINT check_claim_replacement
    CHECK ((replacement_asset_id IS NOT NULL) = coalesce(outcome = 'Replaced', FALSE));
