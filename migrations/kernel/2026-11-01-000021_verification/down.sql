ALTER TABLE number_series DROP COLUMN first;
DROP TABLE verify_findings;
