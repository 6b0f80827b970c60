ALTER TABLE invoice_lines DROP COLUMN warranty_tier;
DROP TABLE warranties;
