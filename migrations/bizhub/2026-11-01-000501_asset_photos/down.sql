DROP TABLE asset_photos;
