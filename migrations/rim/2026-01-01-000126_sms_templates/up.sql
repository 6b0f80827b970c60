CREATE TABLE sms_templates (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  message VARCHAR(160) NOT NULL,
  variables TEXT[] NOT NULL DEFAULT '{}' CHECK (cardinality(variables) <= 50),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_sms_templates_name ON sms_templates (name);
CREATE INDEX idx_sms_templates_enabled ON sms_templates (enabled);

CREATE INDEX idx_sms_templates_created ON sms_templates (created_at, id);

INSERT INTO sms_templates (id, name, message, variables) VALUES
  ('01920000-0000-7000-8000-000000000701', 'loan_approved',
   'Your loan {{loanId}} of {{amount}} was approved.',
   '{loanId, amount}'),
  ('01920000-0000-7000-8000-000000000702', 'loan_rejected',
   'Your loan {{loanId}} was not approved: {{reason}}',
   '{loanId, reason}'),
  ('01920000-0000-7000-8000-000000000703', 'loan_disbursed',
   '{{amount}} of airtime was sent. Please pay back {{amountDue}} by {{dueDate}}.',
   '{amount, amountDue, dueDate}'),
  ('01920000-0000-7000-8000-000000000704', 'loan_reminder',
   '{{outstanding}} of loan {{loanId}} is due on {{dueDate}}.',
   '{loanId, outstanding, dueDate}'),
  ('01920000-0000-7000-8000-000000000705', 'loan_overdue',
   '{{outstanding}} of loan {{loanId}} was due on {{dueDate}}. Please pay it back now.',
   '{loanId, outstanding, dueDate}'),
  ('01920000-0000-7000-8000-000000000706', 'ticket_reply',
   'There is an answer to your ticket {{ticketNumber}}.',
   '{ticketNumber}'),
  ('01920000-0000-7000-8000-000000000707', 'password_reset',
   'Your one-time password is {{password}}.',
   '{password}');
