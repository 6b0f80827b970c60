CREATE TABLE alert_firings (
  id UUID PRIMARY KEY,
  system_alert_id UUID NOT NULL REFERENCES system_alerts (id),
  value INTEGER NOT NULL CHECK (value >= 0),
  threshold INTEGER NOT NULL,
  -- Messages that were written for it.
  notified INTEGER NOT NULL DEFAULT 0 CHECK (notified >= 0),

  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_alert_firings_alert ON alert_firings (system_alert_id, created_at);
CREATE INDEX idx_alert_firings_created ON alert_firings (created_at, id);
