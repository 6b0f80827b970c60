-- When a tenant works, in its own time zone: the hours of a week, and days without work.

CREATE TABLE business_calendars (
  id SERIAL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- A list of {"weekday": "monday", "opens": "08:00", "closes": "17:00"}.
  hours JSONB NOT NULL CHECK (jsonb_typeof(hours) = 'array'),
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE calendar_holidays (
  id SERIAL PRIMARY KEY,
  business_calendar_id INTEGER NOT NULL REFERENCES business_calendars (id),
  day DATE NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (business_calendar_id, day)
);
CREATE INDEX idx_calendar_holidays_day ON calendar_holidays (day, id);

INSERT INTO business_calendars (name, hours) VALUES ('Business hours', '[
  {"weekday": "monday", "opens": "08:00", "closes": "17:00"},
  {"weekday": "tuesday", "opens": "08:00", "closes": "17:00"},
  {"weekday": "wednesday", "opens": "08:00", "closes": "17:00"},
  {"weekday": "thursday", "opens": "08:00", "closes": "17:00"},
  {"weekday": "friday", "opens": "08:00", "closes": "17:00"}
]');
