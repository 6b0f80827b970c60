WITH i AS (SELECT t.* FROM api_integrations t WHERE {rows}),
bounds AS (
  SELECT {from}::timestamp AT TIME ZONE {zone} AS from_at,
    (least({to}, current_setting('bizgraph.business_date')::date) + 1)::timestamp
      AT TIME ZONE {zone} AS to_at
),
changes AS (
  SELECT i.id, e.occurred_at AS since, e.new_values ->> 'status' AS status, e.id AS place
  FROM i JOIN audit_entries e ON e.entity = 'RimApiIntegration' AND e.entity_id = i.id::text
  WHERE e.new_values ? 'status'
),
spans AS (
  SELECT id, status, since,
    lead(since, 1, 'infinity') OVER (PARTITION BY id ORDER BY since, place) AS until
  FROM changes
),
hours AS (
  SELECT s.id, s.status,
    extract(epoch FROM least(s.until, b.to_at) - greatest(s.since, b.from_at)) / 3600 AS hours
  FROM spans s CROSS JOIN bounds b
  WHERE s.since < b.to_at AND s.until > b.from_at
),
stood AS (
  SELECT id,
    sum(hours) FILTER (WHERE status = 'active') AS active,
    sum(hours) FILTER (WHERE status = 'error') AS error
  FROM hours GROUP BY id
),
calls AS (
  SELECT i.id,
    count(*) FILTER (WHERE c.succeeded) AS answered,
    count(*) FILTER (WHERE NOT c.succeeded) AS failed
  FROM i JOIN api_calls c ON c.api_integration_id = i.id
  WHERE (c.created_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}
  GROUP BY i.id
)
SELECT {group}, i.status,
  round(coalesce(s.active, 0), 2) AS hours_active,
  round(coalesce(s.error, 0), 2) AS hours_in_error,
  round(100 * coalesce(s.active, 0)
    / nullif(coalesce(s.active, 0) + coalesce(s.error, 0), 0), 2) AS uptime,
  coalesce(c.answered, 0)::integer AS calls_answered,
  coalesce(c.failed, 0)::integer AS calls_failed,
  round(100.0 * c.answered / nullif(c.answered + c.failed, 0), 2) AS success_rate
FROM i LEFT JOIN stood s ON s.id = i.id LEFT JOIN calls c ON c.id = i.id
