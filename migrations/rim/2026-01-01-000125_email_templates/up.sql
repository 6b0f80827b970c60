CREATE TABLE email_templates (
  id UUID PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  subject VARCHAR(200) NOT NULL,
  body TEXT NOT NULL,
  variables TEXT[] NOT NULL DEFAULT '{}' CHECK (cardinality(variables) <= 50),
  type VARCHAR(20) NOT NULL CHECK (type IN ('transactional', 'marketing', 'notification')),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,

  version INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_email_templates_name ON email_templates (name);
CREATE INDEX idx_email_templates_type ON email_templates (type);
CREATE INDEX idx_email_templates_enabled ON email_templates (enabled);

CREATE INDEX idx_email_templates_created ON email_templates (created_at, id);

INSERT INTO email_templates (id, name, subject, body, variables, type) VALUES
  ('01920000-0000-7000-8000-000000000601', 'loan_approved', 'Your loan was approved',
   'Dear {{name}}, your loan {{loanId}} of {{amount}} was approved.',
   '{name, loanId, amount}', 'transactional'),
  ('01920000-0000-7000-8000-000000000602', 'loan_rejected', 'Your loan was not approved',
   'Dear {{name}}, your loan {{loanId}} was not approved: {{reason}}',
   '{name, loanId, reason}', 'transactional'),
  ('01920000-0000-7000-8000-000000000603', 'loan_disbursed', 'Your airtime is on its way',
   'Dear {{name}}, {{amount}} of airtime was sent. Please pay back {{amountDue}} by {{dueDate}}.',
   '{name, amount, amountDue, dueDate}', 'transactional'),
  ('01920000-0000-7000-8000-000000000604', 'loan_reminder', 'Your loan is due soon',
   'Dear {{name}}, {{outstanding}} of loan {{loanId}} is due on {{dueDate}}.',
   '{name, loanId, outstanding, dueDate}', 'notification'),
  ('01920000-0000-7000-8000-000000000605', 'loan_overdue', 'Your loan is overdue',
   'Dear {{name}}, {{outstanding}} of loan {{loanId}} was due on {{dueDate}}. Please pay it back now.',
   '{name, loanId, outstanding, dueDate}', 'notification'),
  ('01920000-0000-7000-8000-000000000606', 'ticket_reply', 'An answer to your ticket',
   'Dear {{name}}, there is an answer to ticket {{ticketNumber}}: {{message}}',
   '{name, ticketNumber, message}', 'notification'),
  ('01920000-0000-7000-8000-000000000607', 'password_reset', 'A new password',
   'Dear {{name}}, your one-time password is {{password}}. It has to be changed at the next login.',
   '{name, password}', 'transactional');
