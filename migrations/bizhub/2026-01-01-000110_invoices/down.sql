ALTER TABLE assets DROP CONSTRAINT assets_invoice_id_fkey;
DROP TABLE invoices;
