ALTER TABLE bulk_stock_movements DROP COLUMN repair_ticket_id;
ALTER TABLE invoice_lines DROP COLUMN repair_part_id;
DROP TABLE repair_parts;
