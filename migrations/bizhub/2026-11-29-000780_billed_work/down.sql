ALTER TABLE invoice_lines DROP COLUMN repair_ticket_id;
