DROP TABLE bulk_stock;
