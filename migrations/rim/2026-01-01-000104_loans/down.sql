DROP SEQUENCE series_loan;
DROP TABLE loans;
