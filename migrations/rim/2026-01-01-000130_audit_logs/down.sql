DROP INDEX idx_audit_entries_action;
DROP VIEW audit_logs;
