DROP TABLE refund_tenders;
DROP TABLE refund_lines;
DROP TABLE refunds;
