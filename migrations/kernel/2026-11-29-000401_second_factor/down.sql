ALTER TABLE notifications DROP secret;
ALTER TABLE sessions DROP proven_by;
DROP TABLE login_challenges;
DROP TABLE one_time_codes;
DROP TABLE recovery_codes;
DROP INDEX idx_mfa_factors_pending;
DROP INDEX idx_mfa_factors_confirmed;
DELETE FROM mfa_factors WHERE secret IS NULL;
ALTER TABLE mfa_factors
  DROP CONSTRAINT mfa_factors_destination,
  DROP CONSTRAINT mfa_factors_secret,
  DROP CONSTRAINT mfa_factors_method,
  DROP destination,
  ALTER secret SET NOT NULL,
  ALTER secret TYPE BYTEA USING convert_to(secret, 'UTF8');
