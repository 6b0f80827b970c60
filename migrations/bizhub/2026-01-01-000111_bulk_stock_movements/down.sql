DROP TABLE bulk_stock_movements;
