DROP TABLE live_signals;
DROP TABLE outbox_horizon;
