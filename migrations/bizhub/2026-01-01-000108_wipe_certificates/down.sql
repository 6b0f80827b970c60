DROP TABLE wipe_certificates;
