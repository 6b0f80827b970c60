-- Whether the body of a mail is HTML; text messages are always plain.
ALTER TABLE notifications ADD COLUMN is_html BOOLEAN NOT NULL DEFAULT FALSE;
