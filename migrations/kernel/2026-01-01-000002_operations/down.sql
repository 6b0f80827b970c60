DROP TABLE stored_files, job_runs, job_leases, approval_requests, outbox_events,
  idempotency_records, number_series, tenant_settings;
