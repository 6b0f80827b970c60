DROP SEQUENCE series_ticket;
DROP TABLE tickets;
