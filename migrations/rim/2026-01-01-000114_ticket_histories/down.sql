DROP TABLE ticket_histories;
