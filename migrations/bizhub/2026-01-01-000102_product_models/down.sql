DROP TABLE product_models;
