DROP INDEX idx_provider_callbacks_created;
DELETE FROM system_configs WHERE category = 'integrations' AND key = 'callback_days';
