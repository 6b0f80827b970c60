UPDATE admin_roles SET permissions = (
  SELECT jsonb_agg(entry ORDER BY place) FROM jsonb_array_elements(permissions)
    WITH ORDINALITY AS e (entry, place)
  WHERE entry ->> 'resource' NOT IN ('business_calendars', 'calendar_holidays'))
WHERE name IN ('operations_manager', 'support_agent', 'support_lead', 'auditor');
