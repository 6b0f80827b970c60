-- The set 'Document' holds the statuses of the document; 'Extended' adds goods that are
-- also in the house but not on their way to the shelf.

CREATE VIEW view_aging_inventory WITH (security_invoker = true) AS
SELECT
  aged.asset_id,
  aged.asset_tag,
  aged.serial_number,
  aged.brand,
  aged.model_name,
  aged.condition_grade,
  aged.status,
  aged.received_date,
  aged.days_in_inventory,
  CASE
    WHEN aged.days_in_inventory > 90 THEN '90+ days'
    WHEN aged.days_in_inventory > 60 THEN '60-90 days'
    WHEN aged.days_in_inventory > 30 THEN '30-60 days'
    ELSE 'Under 30 days'
  END AS aging_bucket,
  CASE
    WHEN aged.status IN ('Repair Hold', 'Returned', 'Reserved') THEN 'Extended'
    ELSE 'Document'
  END AS aging_set
FROM (
  SELECT
    a.id AS asset_id,
    a.asset_tag,
    a.serial_number,
    pm.brand,
    pm.model_name,
    a.condition_grade,
    a.status,
    a.received_date,
    current_setting('bizgraph.business_date')::date - a.received_date AS days_in_inventory
  FROM assets a
  JOIN product_models pm ON a.product_model_id = pm.id
  WHERE a.status IN (
    'Received', 'Diagnostics Pending', 'Wipe Pending', 'QC Pending', 'Ready for Sale',
    'Repair Hold', 'Returned', 'Reserved'
  )
) AS aged;
