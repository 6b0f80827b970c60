DROP TABLE loan_products;
