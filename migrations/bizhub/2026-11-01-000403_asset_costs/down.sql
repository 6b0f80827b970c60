DROP TABLE asset_costs;
