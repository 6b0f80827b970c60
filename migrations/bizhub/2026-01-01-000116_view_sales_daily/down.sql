DROP VIEW view_sales_daily;
