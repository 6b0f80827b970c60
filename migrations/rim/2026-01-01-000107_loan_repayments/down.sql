DROP TABLE loan_repayments;
