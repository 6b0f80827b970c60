DROP VIEW admin_activity_logs;
