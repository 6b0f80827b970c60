DROP TABLE preorder_payments;
