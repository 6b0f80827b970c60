DROP TABLE repair_events;
