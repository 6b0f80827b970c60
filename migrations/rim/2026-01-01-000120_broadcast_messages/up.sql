CREATE TABLE broadcast_messages (
  id UUID PRIMARY KEY,
  title VARCHAR(200) NOT NULL,
  message VARCHAR(5000) NOT NULL,
  type VARCHAR(10) NOT NULL CHECK (type IN ('sms', 'email', 'both')),
  target_audience VARCHAR(20) NOT NULL CHECK (target_audience IN (
    'all', 'active_users', 'inactive_users', 'overdue_users', 'custom'
  )),
  -- Global ids of customers, checked when they are set.
  custom_user_ids TEXT[] NOT NULL DEFAULT '{}',
  scheduled_for TIMESTAMPTZ,
  status VARCHAR(20) NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'scheduled', 'sent', 'failed')),
  -- How many were written to, once the audience was resolved.
  audience_size INTEGER CHECK (audience_size >= 0),
  sent_at TIMESTAMPTZ,
  sent_count INTEGER NOT NULL DEFAULT 0 CHECK (sent_count >= 0),
  failed_count INTEGER NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
  created_by UUID NOT NULL REFERENCES admin_users (id),
  -- The second person, where the audience is large.
  approved_by UUID REFERENCES admin_users (id),

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),

  CONSTRAINT check_broadcast_custom
    CHECK ((target_audience = 'custom') = (cardinality(custom_user_ids) > 0)),
  CONSTRAINT check_broadcast_schedule
    CHECK (status <> 'scheduled' OR scheduled_for IS NOT NULL),
  CONSTRAINT check_broadcast_approval CHECK (approved_by <> created_by)
);

CREATE INDEX idx_broadcast_messages_status ON broadcast_messages (status);
CREATE INDEX idx_broadcast_messages_audience ON broadcast_messages (target_audience);
CREATE INDEX idx_broadcast_messages_created_by ON broadcast_messages (created_by);
CREATE INDEX idx_broadcast_messages_scheduled ON broadcast_messages (scheduled_for);

CREATE INDEX idx_broadcast_messages_approved_by ON broadcast_messages (approved_by);
CREATE INDEX idx_broadcast_messages_created ON broadcast_messages (created_at, id);
