DROP VIEW view_inventory_summary;
