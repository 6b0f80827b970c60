ALTER TABLE encryption_keys
  ADD CONSTRAINT encryption_keys_generation_check CHECK (generation >= 0);
