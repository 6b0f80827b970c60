-- Wider than the document's columns, which stay the limit of what a person enters: a tenant may
-- keep it sealed (spec 1.11).
ALTER TABLE users
  ALTER COLUMN phone TYPE TEXT,
  ADD CONSTRAINT users_phone_check
    CHECK (char_length(phone) <= 20 OR starts_with(phone, 'personal:')),
  ALTER COLUMN email TYPE TEXT,
  ADD CONSTRAINT users_email_check
    CHECK (char_length(email) <= 100 OR starts_with(email, 'personal:'));
ALTER TABLE loans
  ALTER COLUMN user_phone TYPE TEXT,
  ADD CONSTRAINT loans_user_phone_check
    CHECK (char_length(user_phone) <= 20 OR starts_with(user_phone, 'personal:')),
  ALTER COLUMN user_email TYPE TEXT,
  ADD CONSTRAINT loans_user_email_check
    CHECK (char_length(user_email) <= 100 OR starts_with(user_email, 'personal:'));
ALTER TABLE transactions
  ALTER COLUMN user_phone TYPE TEXT,
  ADD CONSTRAINT transactions_user_phone_check
    CHECK (char_length(user_phone) <= 20 OR starts_with(user_phone, 'personal:')),
  ALTER COLUMN user_email TYPE TEXT,
  ADD CONSTRAINT transactions_user_email_check
    CHECK (char_length(user_email) <= 100 OR starts_with(user_email, 'personal:'));
ALTER TABLE tickets
  ALTER COLUMN customer_name TYPE TEXT,
  ADD CONSTRAINT tickets_customer_name_check
    CHECK (char_length(customer_name) <= 201 OR starts_with(customer_name, 'personal:')),
  ALTER COLUMN customer_phone TYPE TEXT,
  ADD CONSTRAINT tickets_customer_phone_check
    CHECK (char_length(customer_phone) <= 20 OR starts_with(customer_phone, 'personal:')),
  ALTER COLUMN customer_email TYPE TEXT,
  ADD CONSTRAINT tickets_customer_email_check
    CHECK (char_length(customer_email) <= 100 OR starts_with(customer_email, 'personal:'));
ALTER TABLE broadcast_recipients
  ALTER COLUMN address TYPE TEXT,
  ADD CONSTRAINT broadcast_recipients_address_check
    CHECK (char_length(address) <= 100 OR starts_with(address, 'personal:'));
