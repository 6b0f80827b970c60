DROP TABLE calendar_holidays, business_calendars;
