DROP TABLE security_settings, mfa_factors, login_attempts, api_keys, sessions, credentials;
