DROP TABLE ticket_sla_clocks;
