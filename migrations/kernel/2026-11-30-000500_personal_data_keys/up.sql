-- The key to the personal data of a tenant that wants it encrypted (spec 1.11), in an envelope of
-- the server's key. There is one at most.
CREATE TABLE personal_data_keys (
  id SMALLINT PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  envelope TEXT NOT NULL,
  -- Whether what is written is sealed; else only what was sealed before is opened.
  seals BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
