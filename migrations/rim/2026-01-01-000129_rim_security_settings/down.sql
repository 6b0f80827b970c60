DROP VIEW rim_security_settings;
