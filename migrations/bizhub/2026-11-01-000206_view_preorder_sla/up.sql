-- A preorder can be late until it is picked up; what was rejected is late no more.

CREATE VIEW view_preorder_sla WITH (security_invoker = true) AS
SELECT
  open.preorder_id,
  open.preorder_number,
  open.customer_name,
  open.requested_specs,
  open.status,
  open.order_date,
  open.sla_date,
  CASE WHEN open.waits THEN greatest(0, open.today - open.sla_date) ELSE 0 END AS days_overdue,
  CASE WHEN open.waits AND open.sla_date IS NOT NULL THEN greatest(0, open.sla_date - open.today) END
    AS days_left,
  coalesce(open.waits AND open.today > open.sla_date, FALSE) AS is_overdue
FROM (
  SELECT
    p.id AS preorder_id,
    p.preorder_number,
    c.full_name AS customer_name,
    p.requested_specs,
    p.status,
    p.order_date,
    p.sla_date,
    p.status NOT IN ('Picked Up', 'Rejected', 'Resold') AS waits,
    current_setting('bizgraph.business_date')::date AS today
  FROM preorders p
  JOIN customers c ON p.customer_id = c.id
  WHERE p.status <> 'Closed'
) AS open;
