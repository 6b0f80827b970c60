DROP TABLE preorder_events;
