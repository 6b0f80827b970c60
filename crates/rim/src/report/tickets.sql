WITH k AS (
  SELECT t.*, (t.created_at AT TIME ZONE {zone})::date AS day,
    t.status IN ('resolved', 'closed') AS is_resolved,
    EXISTS (SELECT FROM ticket_histories h WHERE h.ticket_id = t.id AND h.to_status = 'escalated')
      AS was_escalated,
    c.first_responded_at IS NOT NULL AS is_answered,
    extract(epoch FROM c.first_responded_at - t.created_at) AS response_took,
    CASE WHEN t.status IN ('resolved', 'closed')
      THEN extract(epoch FROM t.resolved_at - t.created_at) END AS resolution_took,
    -- What was done before anything was promised is not judged.
    CASE
      WHEN c.first_responded_at < c.created_at THEN NULL
      WHEN c.first_response_breached_at IS NOT NULL
        OR c.first_responded_at > c.first_response_due_at THEN FALSE
      WHEN c.first_responded_at IS NOT NULL THEN TRUE
    END AS response_kept,
    CASE
      WHEN c.stopped_at < c.created_at THEN NULL
      WHEN c.resolution_breached_at IS NOT NULL OR c.stopped_at > c.resolution_due_at THEN FALSE
      WHEN c.stopped_at IS NOT NULL THEN TRUE
    END AS resolution_kept
  FROM tickets t LEFT JOIN ticket_sla_clocks c ON c.ticket_id = t.id
  WHERE {rows} AND (t.created_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}
),
sums AS (
  SELECT {group}, count(*)::integer AS tickets,
    count(*) FILTER (WHERE k.is_answered)::integer AS answered,
    count(*) FILTER (WHERE k.is_resolved)::integer AS resolved,
    count(*) FILTER (WHERE k.is_resolved OR k.reopen_count > 0) AS ever_resolved,
    count(*) FILTER (WHERE k.was_escalated)::integer AS escalated,
    count(*) FILTER (WHERE k.reopen_count > 0)::integer AS reopened,
    sum(k.response_took) AS response_seconds,
    sum(k.resolution_took) AS resolution_seconds,
    count(k.resolution_took) AS resolved_with_time,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY k.response_took)::numeric AS response_half,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY k.resolution_took)::numeric AS resolution_half,
    count(*) FILTER (WHERE k.response_kept) AS response_met,
    count(k.response_kept) AS response_judged,
    count(*) FILTER (WHERE k.resolution_kept) AS resolution_met,
    count(k.resolution_kept) AS resolution_judged
  FROM k
  LEFT JOIN support_agents a ON a.id = k.assigned_to
  LEFT JOIN departments d ON d.id = k.department_id
  GROUP BY 1, 2
)
SELECT *,
  round(100.0 * reopened / nullif(ever_resolved, 0), 2) AS reopen_rate,
  round(response_seconds / nullif(answered, 0) / 60, 2) AS average_minutes_to_first_response,
  round(response_half / 60, 2) AS median_minutes_to_first_response,
  round(resolution_seconds / nullif(resolved_with_time, 0) / 3600, 2)
    AS average_hours_to_resolution,
  round(resolution_half / 3600, 2) AS median_hours_to_resolution,
  round(100.0 * response_met / nullif(response_judged, 0), 2) AS first_response_in_time,
  round(100.0 * resolution_met / nullif(resolution_judged, 0), 2) AS resolution_in_time
FROM sums
