-- The repair whose work a line bills, as repair_part_id names the part: the work has a price of
-- its own then, which a seller may not undercut.
ALTER TABLE invoice_lines
  ADD COLUMN repair_ticket_id INTEGER REFERENCES repair_tickets (id),
  ADD CONSTRAINT check_line_repair_ticket CHECK (repair_ticket_id IS NULL OR line_kind = 'Service');
CREATE INDEX idx_invoice_lines_repair_ticket ON invoice_lines (repair_ticket_id);

-- Bills that were made before name the ticket in the first words of the line.
UPDATE invoice_lines l SET repair_ticket_id = t.id
FROM repair_tickets t
WHERE t.invoice_id = l.invoice_id AND l.line_kind = 'Service' AND l.line_number = 1
  AND l.item_description LIKE '%, ' || t.ticket_number;
