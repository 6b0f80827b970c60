DROP TABLE api_integrations;
