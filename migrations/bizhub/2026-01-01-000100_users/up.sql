-- The people of the shop. Password hash, lockout and sessions live in the kernel's tables.

CREATE TABLE users (
  id SERIAL PRIMARY KEY,
  username VARCHAR(50) NOT NULL UNIQUE,
  email VARCHAR(100) NOT NULL UNIQUE,
  role VARCHAR(20) NOT NULL
    CHECK (role IN ('Admin', 'Manager', 'Sales', 'Technician', 'Warehouse')),
  full_name VARCHAR(100) NOT NULL,
  phone VARCHAR(20),
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  last_login TIMESTAMPTZ,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_users_username ON users (username);
CREATE INDEX idx_users_email ON users (email);
CREATE INDEX idx_users_role ON users (role);

-- Kept as typed, but "Ama" and "ama" are one person.
CREATE UNIQUE INDEX idx_users_username_folded ON users (lower(username));
CREATE UNIQUE INDEX idx_users_email_folded ON users (lower(email));

CREATE INDEX idx_users_full_name ON users (full_name, id);
CREATE INDEX idx_users_created ON users (created_at, id);
