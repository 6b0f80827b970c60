-- What providers told by themselves, and what they were answered. The same told twice has one
-- effect and one answer.
CREATE TABLE provider_callbacks (
  id BIGSERIAL PRIMARY KEY,
  api_integration_id UUID NOT NULL REFERENCES api_integrations (id),
  provider VARCHAR(100) NOT NULL,
  kind VARCHAR(20) NOT NULL CHECK (kind IN ('airtime', 'repayment')),
  reference VARCHAR(100) NOT NULL,
  status VARCHAR(20) NOT NULL CHECK (status IN ('pending', 'completed', 'failed')),
  told JSONB NOT NULL,
  answer JSONB,

  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT unique_provider_callback UNIQUE (provider, kind, reference, status)
);

CREATE INDEX idx_provider_callbacks_integration ON provider_callbacks (api_integration_id);
