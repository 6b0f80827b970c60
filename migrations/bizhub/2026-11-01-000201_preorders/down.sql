DROP INDEX idx_assets_preorder;
ALTER TABLE assets DROP CONSTRAINT assets_preorder_id_fkey;
DROP TABLE preorders;
