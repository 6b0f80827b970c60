DROP TABLE diagnostics_results;
