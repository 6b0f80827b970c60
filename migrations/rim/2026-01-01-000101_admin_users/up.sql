-- The people of the admin panel. Passwords, sessions and second factors live in the kernel's
-- tables.

CREATE TABLE admin_users (
  id UUID PRIMARY KEY,
  username VARCHAR(50) NOT NULL UNIQUE,
  email VARCHAR(100) NOT NULL UNIQUE,
  phone VARCHAR(20),
  -- The role's name as it is in admin_roles; it follows a renaming.
  role VARCHAR(50) NOT NULL,
  role_id UUID NOT NULL REFERENCES admin_roles (id),
  status VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
  suspension_reason VARCHAR(500),
  created_by UUID REFERENCES admin_users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_admin_users_username ON admin_users (username);
CREATE INDEX idx_admin_users_email ON admin_users (email);
CREATE INDEX idx_admin_users_role ON admin_users (role_id);
CREATE INDEX idx_admin_users_status ON admin_users (status);

-- Kept as typed, but "Ama" and "ama" are one person.
CREATE UNIQUE INDEX idx_admin_users_username_folded ON admin_users (lower(username));
CREATE UNIQUE INDEX idx_admin_users_email_folded ON admin_users (lower(email));
-- As sessions and the audit trail name the person.
CREATE UNIQUE INDEX idx_admin_users_person ON admin_users (('adminUser:' || id::text));

CREATE INDEX idx_admin_users_created_by ON admin_users (created_by);
CREATE INDEX idx_admin_users_created ON admin_users (created_at, id);
