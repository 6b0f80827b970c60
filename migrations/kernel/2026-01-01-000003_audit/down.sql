DROP TABLE audit_seals, audit_entries;
