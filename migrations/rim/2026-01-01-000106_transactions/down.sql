DROP SEQUENCE series_transaction;
DROP TABLE transactions;
