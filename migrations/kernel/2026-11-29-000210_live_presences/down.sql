DROP TABLE live_presences;
