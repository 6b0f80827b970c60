-- Operations set the hours of work; the desk and the auditor see them.
UPDATE admin_roles SET permissions = permissions || '[
  {"resource": "business_calendars", "actions": ["read", "write"]},
  {"resource": "calendar_holidays", "actions": ["read", "write", "delete"]}
]' WHERE name = 'operations_manager';
UPDATE admin_roles SET permissions = permissions || '[
  {"resource": "business_calendars", "actions": ["read"]},
  {"resource": "calendar_holidays", "actions": ["read"]}
]' WHERE name IN ('support_agent', 'support_lead', 'auditor');
