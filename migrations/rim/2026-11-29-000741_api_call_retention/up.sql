-- For how long calls of providers are kept.
INSERT INTO system_configs (id, category, key, value, data_type, description) VALUES
  ('01920000-0000-7000-8000-000000000541', 'integrations', 'call_days', '180', 'number',
   'Days for which calls of providers are kept.')
  ON CONFLICT (category, key) DO NOTHING;
