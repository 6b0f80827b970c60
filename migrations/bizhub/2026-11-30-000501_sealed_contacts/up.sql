-- Wider than the document's columns, which stay the limit of what a person enters: a tenant may
-- keep it sealed (spec 1.11).
ALTER TABLE customers
  ALTER COLUMN email TYPE TEXT,
  ADD CONSTRAINT customers_email_check
    CHECK (char_length(email) <= 100 OR starts_with(email, 'personal:')),
  ALTER COLUMN phone TYPE TEXT,
  ADD CONSTRAINT customers_phone_check
    CHECK (char_length(phone) <= 20 OR starts_with(phone, 'personal:')),
  ALTER COLUMN alternate_phone TYPE TEXT,
  ADD CONSTRAINT customers_alternate_phone_check
    CHECK (char_length(alternate_phone) <= 20 OR starts_with(alternate_phone, 'personal:'));
