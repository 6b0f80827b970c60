CREATE TABLE api_integrations (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  type VARCHAR(20) NOT NULL CHECK (type IN ('telecom', 'payment_gateway', 'sms', 'email')),
  provider VARCHAR(100) NOT NULL,
  network VARCHAR(20) CHECK (network IN ('MTN', 'Airtel', 'Glo', '9mobile')),
  status VARCHAR(20) NOT NULL DEFAULT 'inactive' CHECK (status IN ('active', 'inactive', 'error')),
  -- Sealed with a key that is not in the database; only the last characters are ever shown.
  api_key_sealed TEXT,
  api_key_end VARCHAR(4),
  api_secret_sealed TEXT,
  api_secret_end VARCHAR(4),
  base_url VARCHAR(500) NOT NULL,
  last_tested TIMESTAMPTZ,
  last_test_result VARCHAR(10) CHECK (last_test_result IN ('success', 'failed')),
  -- Failures since the last success.
  failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
  config JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(config) = 'object'),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_api_integration_network CHECK ((type = 'telecom') = (network IS NOT NULL)),
  CONSTRAINT check_api_integration_test CHECK ((last_tested IS NULL) = (last_test_result IS NULL))
);

CREATE INDEX idx_api_integrations_type ON api_integrations (type);
CREATE INDEX idx_api_integrations_status ON api_integrations (status);
CREATE INDEX idx_api_integrations_provider ON api_integrations (provider);

-- One active way to each network or provider.
CREATE UNIQUE INDEX idx_api_integrations_active
  ON api_integrations (type, COALESCE(network, provider)) WHERE status = 'active';
CREATE INDEX idx_api_integrations_network ON api_integrations (network);
CREATE INDEX idx_api_integrations_created ON api_integrations (created_at, id);
