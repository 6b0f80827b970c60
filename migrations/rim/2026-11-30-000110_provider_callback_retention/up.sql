-- For how long it is kept what providers told.
INSERT INTO system_configs (id, category, key, value, data_type, description) VALUES
  ('01920000-0000-7000-8000-000000000542', 'integrations', 'callback_days', '400', 'number',
   'Days for which it is kept what providers told.')
  ON CONFLICT (category, key) DO NOTHING;

CREATE INDEX idx_provider_callbacks_created ON provider_callbacks (created_at, id);
