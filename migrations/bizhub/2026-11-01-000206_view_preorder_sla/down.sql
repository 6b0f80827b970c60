DROP VIEW view_preorder_sla;
