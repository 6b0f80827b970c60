CREATE TABLE lead_sources (
  id SERIAL PRIMARY KEY,
  source_name VARCHAR(50) NOT NULL UNIQUE,
  description TEXT,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_lead_sources_created ON lead_sources (created_at, id);

INSERT INTO lead_sources (source_name, description) VALUES
  ('Instagram', 'Social media marketing'),
  ('Walk-in', 'Customer walked into shop'),
  ('Referral', 'Referred by existing customer'),
  ('Campus Ambassador', 'University campus representative'),
  ('Online Search', 'Found via Google/search engine'),
  ('Facebook', 'Facebook ads or organic'),
  ('WhatsApp', 'WhatsApp Business'),
  ('Other', 'Other source');
