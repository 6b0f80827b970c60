DROP TABLE personal_data_keys;
