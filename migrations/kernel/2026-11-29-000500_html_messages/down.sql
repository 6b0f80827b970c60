ALTER TABLE notifications DROP COLUMN is_html;
