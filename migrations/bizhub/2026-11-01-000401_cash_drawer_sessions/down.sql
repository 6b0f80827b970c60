DROP VIEW view_cash_drawer_flows;
ALTER TABLE preorder_payments DROP COLUMN cash_drawer_session_id;
ALTER TABLE refund_tenders DROP COLUMN cash_drawer_session_id;
ALTER TABLE payments DROP COLUMN cash_drawer_session_id;
DROP TABLE cash_drawer_counts;
DROP TABLE cash_drawer_sessions;
