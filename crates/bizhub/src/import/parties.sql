-- People, customers and places as the rules need them.

UPDATE new_customers SET business_name = full_name
WHERE customer_type = 'Wholesale' AND business_name IS NULL;

UPDATE new_locations l SET meaning = k.meaning
FROM (VALUES ('Shop Floor'), ('Backroom'), ('Repair Bench'), ('Warehouse'), ('Sold')) k (meaning)
WHERE lower(btrim(l.location_name)) = lower(k.meaning);

-- The rules move goods to the places that the document starts with, so none may be missing.
INSERT INTO new_locations (id, location_name, meaning)
SELECT (SELECT max(id) FROM new_locations) + row_number() OVER (), k.meaning, k.meaning
FROM (VALUES ('Shop Floor'), ('Backroom'), ('Repair Bench'), ('Warehouse'), ('Sold')) k (meaning)
WHERE EXISTS (SELECT FROM new_locations)
  AND NOT EXISTS (SELECT FROM new_locations l WHERE l.meaning = k.meaning);

-- The document's comment says 'Campus' where its rows say 'Campus Ambassador'.
UPDATE new_invoices i SET lead_source_id = s.id
FROM (
  SELECT id, source_name FROM new_lead_sources
  UNION ALL
  SELECT id, source_name FROM lead_sources WHERE NOT EXISTS (SELECT FROM new_lead_sources)
) s
WHERE lower(s.source_name) = CASE lower(i.lead_source)
  WHEN 'campus' THEN 'campus ambassador' ELSE lower(i.lead_source) END;
