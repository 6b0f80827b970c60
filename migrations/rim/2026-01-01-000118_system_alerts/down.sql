DROP TABLE system_alerts;
