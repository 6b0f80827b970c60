ALTER TABLE security_settings
  DROP two_factor_required,
  DROP two_factor_method,
  DROP ip_whitelist,
  DROP ip_blacklist;
