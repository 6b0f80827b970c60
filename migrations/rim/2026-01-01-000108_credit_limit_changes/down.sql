DROP TABLE credit_limit_changes;
