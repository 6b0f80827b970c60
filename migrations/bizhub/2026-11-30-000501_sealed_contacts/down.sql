ALTER TABLE customers
  DROP CONSTRAINT customers_email_check,
  ALTER COLUMN email TYPE VARCHAR(100),
  DROP CONSTRAINT customers_phone_check,
  ALTER COLUMN phone TYPE VARCHAR(20),
  DROP CONSTRAINT customers_alternate_phone_check,
  ALTER COLUMN alternate_phone TYPE VARCHAR(20);
