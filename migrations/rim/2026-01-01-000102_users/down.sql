DROP SEQUENCE series_user;
DROP TABLE users;
