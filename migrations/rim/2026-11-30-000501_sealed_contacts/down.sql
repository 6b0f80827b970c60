ALTER TABLE users
  DROP CONSTRAINT users_phone_check,
  ALTER COLUMN phone TYPE VARCHAR(20),
  DROP CONSTRAINT users_email_check,
  ALTER COLUMN email TYPE VARCHAR(100);
ALTER TABLE loans
  DROP CONSTRAINT loans_user_phone_check,
  ALTER COLUMN user_phone TYPE VARCHAR(20),
  DROP CONSTRAINT loans_user_email_check,
  ALTER COLUMN user_email TYPE VARCHAR(100);
ALTER TABLE transactions
  DROP CONSTRAINT transactions_user_phone_check,
  ALTER COLUMN user_phone TYPE VARCHAR(20),
  DROP CONSTRAINT transactions_user_email_check,
  ALTER COLUMN user_email TYPE VARCHAR(100);
ALTER TABLE tickets
  DROP CONSTRAINT tickets_customer_name_check,
  ALTER COLUMN customer_name TYPE VARCHAR(201),
  DROP CONSTRAINT tickets_customer_phone_check,
  ALTER COLUMN customer_phone TYPE VARCHAR(20),
  DROP CONSTRAINT tickets_customer_email_check,
  ALTER COLUMN customer_email TYPE VARCHAR(100);
ALTER TABLE broadcast_recipients
  DROP CONSTRAINT broadcast_recipients_address_check,
  ALTER COLUMN address TYPE VARCHAR(100);
