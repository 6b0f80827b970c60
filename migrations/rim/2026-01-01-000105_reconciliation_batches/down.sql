DROP TABLE reconciliation_batches;
