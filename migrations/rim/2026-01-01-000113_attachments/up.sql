-- What a message carries; name, size and type stand with the stored file.

CREATE TABLE attachments (
  id UUID PRIMARY KEY,
  -- Empty until the upload is sent with a message.
  message_id UUID REFERENCES chat_messages (id),
  stored_file_id UUID NOT NULL UNIQUE REFERENCES stored_files (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_attachments_message ON attachments (message_id);
CREATE INDEX idx_attachments_created ON attachments (created_at, id);
