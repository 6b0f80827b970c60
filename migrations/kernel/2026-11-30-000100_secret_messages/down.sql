ALTER TABLE notifications
  DROP CONSTRAINT notifications_secret_check,
  DROP COLUMN password_of,
  DROP COLUMN useful_until;
