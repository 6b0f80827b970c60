DROP TABLE provider_callbacks;
