DROP TABLE support_agents;
