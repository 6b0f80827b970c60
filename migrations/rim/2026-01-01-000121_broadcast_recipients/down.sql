DROP TABLE broadcast_recipients;
