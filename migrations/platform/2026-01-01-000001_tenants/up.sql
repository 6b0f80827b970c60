-- One organisation that runs one module. No business data, no tenant's people.
CREATE TABLE tenants (
  id SERIAL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9_]{1,30}$'),
  module TEXT NOT NULL CHECK (module IN ('amt', 'bizhub', 'dicel', 'rim', 'trade')),
  name TEXT NOT NULL,
  country TEXT NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  currency TEXT NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  time_zone TEXT NOT NULL,
  schema_name TEXT NOT NULL UNIQUE,
  role_name TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
