-- All entities say when their row was made (spec 5.13).
CREATE OR REPLACE VIEW rim_security_settings WITH (security_invoker = true) AS
SELECT
  id,
  password_min_length,
  password_require_uppercase,
  password_require_lowercase,
  password_require_numbers,
  password_require_special_chars,
  session_timeout,
  max_login_attempts,
  lockout_duration,
  updated_at,
  two_factor_required,
  two_factor_method,
  ip_whitelist,
  ip_blacklist,
  created_at
FROM security_settings;
