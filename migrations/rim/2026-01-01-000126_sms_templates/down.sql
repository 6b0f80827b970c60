DROP TABLE sms_templates;
