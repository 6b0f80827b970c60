DROP TABLE customer_credits;
