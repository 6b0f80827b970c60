DROP TABLE ticket_presences;
