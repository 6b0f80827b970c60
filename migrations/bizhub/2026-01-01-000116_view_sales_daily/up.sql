-- The first five columns count paid invoices. Gross adds those refunded since; refunds
-- count on the day they were paid out, so a day can have refunds and no sale. Tenders
-- given back for an invoice that was never paid were no sale and are no refund here.

CREATE VIEW view_sales_daily WITH (security_invoker = true) AS
SELECT
  day.invoice_date,
  COUNT(*) FILTER (WHERE day.status = 'Paid') AS transaction_count,
  COALESCE(SUM(day.sale) FILTER (WHERE day.status = 'Paid'), 0.00) AS total_sales,
  COALESCE(
    SUM(day.sale) FILTER (WHERE day.status = 'Paid' AND day.customer_type = 'Retail'), 0.00
  ) AS retail_sales,
  COALESCE(
    SUM(day.sale) FILTER (WHERE day.status = 'Paid' AND day.customer_type = 'Wholesale'), 0.00
  ) AS wholesale_sales,
  SUM(day.sale) AS gross_sales,
  SUM(day.refund) AS refunds,
  SUM(day.sale) - SUM(day.refund) AS net_sales
FROM (
  SELECT invoice_date, status, customer_type, total_amount AS sale, 0.00 AS refund
  FROM invoices
  WHERE status IN ('Paid', 'Refunded')
  UNION ALL
  SELECT refund_date, NULL, NULL, 0.00, total_amount
  FROM refunds
  WHERE status = 'completed' AND NOT payments_only
) AS day
GROUP BY day.invoice_date;
