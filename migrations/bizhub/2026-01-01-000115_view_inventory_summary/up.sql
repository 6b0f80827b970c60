-- Unordered, as all views here: the reader orders, and a filter reaches the tables.
-- Two models of one name (other storage, other processor) stay two rows.

CREATE VIEW view_inventory_summary WITH (security_invoker = true) AS
SELECT
  pm.id AS product_model_id,
  pm.category,
  pm.brand,
  pm.model_name,
  COUNT(*) AS total_units,
  COUNT(*) FILTER (WHERE a.status = 'Ready for Sale') AS available,
  COUNT(*) FILTER (WHERE a.status = 'Reserved') AS reserved,
  COUNT(*) FILTER (WHERE a.status = 'Sold') AS sold,
  ROUND(AVG(a.sale_price) FILTER (WHERE a.status = 'Sold'), 2) AS avg_sale_price,
  ROUND(
    AVG(current_setting('bizgraph.business_date')::date - a.received_date)
      FILTER (WHERE a.status IN ('Ready for Sale', 'Reserved')),
    2
  ) AS avg_age_days
FROM assets a
JOIN product_models pm ON a.product_model_id = pm.id
GROUP BY pm.id, pm.category, pm.brand, pm.model_name;
