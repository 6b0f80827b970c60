DROP VIEW view_aging_inventory;
