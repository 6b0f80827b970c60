DROP TABLE notification_histories;
