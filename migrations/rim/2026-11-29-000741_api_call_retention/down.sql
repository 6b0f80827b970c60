DELETE FROM system_configs WHERE category = 'integrations' AND key = 'call_days';
