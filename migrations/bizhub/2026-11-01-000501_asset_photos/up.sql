-- The picture itself lies in the store of files; a file belongs to one photo.

CREATE TABLE asset_photos (
  id SERIAL PRIMARY KEY,
  asset_id INTEGER NOT NULL REFERENCES assets (id),
  stored_file_id UUID NOT NULL UNIQUE REFERENCES stored_files (id),
  caption VARCHAR(200),
  attached_by INTEGER REFERENCES users (id),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_asset_photos_asset ON asset_photos (asset_id, id);
CREATE INDEX idx_asset_photos_attached_by ON asset_photos (attached_by);
CREATE INDEX idx_asset_photos_created ON asset_photos (created_at, id);
