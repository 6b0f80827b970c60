CREATE TABLE locations (
  id SERIAL PRIMARY KEY,
  location_name VARCHAR(50) NOT NULL UNIQUE,
  description TEXT,
  -- What the rules mean by a starting row, so that renaming it changes nothing;
  -- empty for the places that the shop adds.
  meaning VARCHAR(20) UNIQUE
    CHECK (meaning IN ('Shop Floor', 'Backroom', 'Repair Bench', 'Warehouse', 'Sold')),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_locations_created ON locations (created_at, id);

INSERT INTO locations (location_name, description, meaning) VALUES
  ('Shop Floor', 'Main retail display area', 'Shop Floor'),
  ('Backroom', 'Storage behind shop', 'Backroom'),
  ('Repair Bench', 'Technician workstation', 'Repair Bench'),
  ('Warehouse', 'Off-site storage', 'Warehouse'),
  ('Sold', 'Item has been sold and left premises', 'Sold');
