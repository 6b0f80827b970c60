//! What must always hold in the shop (spec 6.13), each as a query for the rows that break it.
//! B7, B9, B11 and B12 speak of tables that are not here yet.

use bizgraph_kernel::verify::Check;

/// The invariants of the shop, and the holes in its gapless numbers.
pub static CHECKS: &[Check] = &[
    Check {
        name: "B1",
        says: "One live line per asset; Sold if and only if exactly one live line stands on a \
               paid invoice, at the location Sold, with the sale's fields set.",
        sql: "WITH lines AS ( \
                SELECT l.asset_id, count(*) AS live, count(*) FILTER (WHERE i.status = 'Paid') AS paid, \
                       max(l.invoice_id) AS invoice_id, max(l.line_total) AS price \
                FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id \
                WHERE l.asset_id IS NOT NULL AND l.released_at IS NULL GROUP BY l.asset_id) \
              SELECT 'asset', a.id::text, \
                'Sold with one live line on a paid invoice, or neither', \
                a.status || ', ' || coalesce(l.live, 0) || ' live, ' || coalesce(l.paid, 0) || ' paid' \
              FROM assets a LEFT JOIN lines l ON l.asset_id = a.id \
              LEFT JOIN locations o ON o.id = a.location_id \
              WHERE coalesce(l.live, 0) > 1 \
                OR (a.status = 'Sold') <> (coalesce(l.paid, 0) = 1) \
                OR (a.status = 'Sold') <> coalesce(o.meaning = 'Sold', FALSE) \
                OR (a.status = 'Sold' AND (a.sale_price IS DISTINCT FROM l.price \
                    OR a.invoice_id IS DISTINCT FROM l.invoice_id OR a.sale_date IS NULL)) \
                OR (a.status <> 'Sold' AND num_nonnulls(a.sale_price, a.sale_date, a.invoice_id) > 0)",
    },
    Check {
        name: "B2",
        says: "A paid or refunded invoice has live payments of exactly its total, a sent one less; \
               amount_paid is their sum.",
        sql: "SELECT 'invoice', i.id::text, 'payments that fit ' || i.status || ' ' || i.total_amount, \
                p.paid || ' paid, ' || i.amount_paid || ' recorded' \
              FROM invoices i CROSS JOIN LATERAL ( \
                SELECT coalesce(sum(amount), 0) AS paid FROM payments \
                WHERE invoice_id = i.id AND voided_at IS NULL) p \
              WHERE p.paid <> i.amount_paid \
                OR (i.status IN ('Paid', 'Refunded') AND p.paid <> i.total_amount) \
                OR (i.status = 'Sent' AND p.paid >= i.total_amount) \
                OR (i.status = 'Draft' AND p.paid <> 0)",
    },
    Check {
        name: "B3",
        says: "Header totals are the sums of the lines.",
        sql: "SELECT 'invoice', i.id::text, l.net || ' + ' || l.tax, \
                i.subtotal || ' + ' || i.tax_amount || ' = ' || i.total_amount \
              FROM invoices i CROSS JOIN LATERAL ( \
                SELECT coalesce(sum(line_total), 0) AS net, coalesce(sum(tax_amount), 0) AS tax \
                FROM invoice_lines WHERE invoice_id = i.id) l \
              WHERE i.tax_amount <> l.tax OR i.total_amount <> i.subtotal + i.tax_amount \
                OR i.subtotal NOT IN (l.net, l.net - l.tax)",
    },
    Check {
        name: "B4",
        says: "Bulk quantity is the sum of its movements; reserved is what live drafts and sent \
               invoices hold.",
        sql: "SELECT 'bulk_stock', b.id::text, m.moved || ' there, ' || r.held || ' reserved', \
                b.quantity || ' there, ' || b.reserved || ' reserved' \
              FROM bulk_stock b \
              CROSS JOIN LATERAL (SELECT coalesce(sum(quantity_change), 0) AS moved \
                FROM bulk_stock_movements WHERE bulk_stock_id = b.id) m \
              CROSS JOIN LATERAL (SELECT coalesce(sum(l.quantity), 0) AS held \
                FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id \
                WHERE l.bulk_stock_id = b.id AND l.released_at IS NULL \
                AND i.status IN ('Draft', 'Sent')) r \
              WHERE b.quantity <> m.moved OR b.reserved <> r.held",
    },
    Check {
        name: "B5",
        says: "An asset's last movement is its status and location, and each movement starts where \
               the one before it ended.",
        sql: "WITH chain AS ( \
                SELECT *, lag(to_status) OVER w AS before_status, lag(to_location_id) OVER w AS before_place, \
                  lead(id) OVER w AS next FROM inventory_movements \
                WINDOW w AS (PARTITION BY asset_id ORDER BY id)) \
              SELECT 'asset', a.id::text, \
                coalesce(c.to_status, 'a movement') || ' at ' || coalesce(c.to_location_id::text, '-'), \
                a.status || ' at ' || coalesce(a.location_id::text, '-') \
              FROM assets a LEFT JOIN chain c ON c.asset_id = a.id AND c.next IS NULL \
              WHERE c.to_status IS DISTINCT FROM a.status \
                OR c.to_location_id IS DISTINCT FROM a.location_id \
              UNION ALL \
              SELECT 'inventory_movement', id::text, \
                coalesce(before_status, '-') || ' at ' || coalesce(before_place::text, '-'), \
                coalesce(from_status, '-') || ' at ' || coalesce(from_location_id::text, '-') \
              FROM chain WHERE from_status IS DISTINCT FROM before_status \
                OR from_location_id IS DISTINCT FROM before_place",
    },
    Check {
        name: "B6",
        says: "What is ready for sale has a grade, a passing test and, unless an accessory, a wipe, \
               all after its last intake.",
        sql: "SELECT 'asset', a.id::text, 'grade, test and wipe after the last intake', \
                coalesce(a.condition_grade, 'no grade') || ', ' || coalesce(d.overall_result, 'no test') \
                || ', ' || CASE WHEN w.id IS NULL THEN 'no wipe' ELSE 'wiped' END \
              FROM assets a JOIN product_models m ON m.id = a.product_model_id \
              LEFT JOIN LATERAL (SELECT overall_result FROM diagnostics_results \
                WHERE asset_id = a.id AND created_at >= a.last_intake_at ORDER BY id DESC LIMIT 1) d ON TRUE \
              LEFT JOIN LATERAL (SELECT id FROM wipe_certificates \
                WHERE asset_id = a.id AND created_at >= a.last_intake_at ORDER BY id DESC LIMIT 1) w ON TRUE \
              WHERE a.status = 'Ready for Sale' AND (a.condition_grade IS NULL \
                OR d.overall_result IS NULL OR d.overall_result = 'Fail' \
                OR (m.category <> 'Accessory' AND w.id IS NULL))",
    },
    Check {
        name: "B8",
        says: "What is reserved has a live line on a draft or a sent invoice, and the other way round.",
        sql: "SELECT 'asset', a.id::text, 'Reserved with a live unpaid line, or neither', \
                a.status || ', ' || count(l.id) || ' lines' \
              FROM assets a LEFT JOIN (invoice_lines l JOIN invoices i ON i.id = l.invoice_id \
                AND i.status IN ('Draft', 'Sent')) ON l.asset_id = a.id AND l.released_at IS NULL \
              GROUP BY a.id HAVING (a.status = 'Reserved') <> (count(l.id) > 0)",
    },
    Check {
        name: "B10",
        says: "No more is refunded than was paid, per invoice and per method (cash may stand in), \
               and the invoice knows the sum.",
        sql: "SELECT 'invoice', i.id::text, 'at most ' || i.amount_paid || ', and ' || r.total || ' recorded', \
                r.total || ' refunded, ' || i.refunded_amount || ' recorded' \
              FROM invoices i CROSS JOIN LATERAL ( \
                SELECT coalesce(sum(t.amount), 0) AS total FROM refunds f \
                JOIN refund_tenders t ON t.refund_id = f.id \
                WHERE f.invoice_id = i.id AND f.status = 'completed') r \
              WHERE r.total > i.amount_paid OR r.total <> i.refunded_amount \
              UNION ALL \
              SELECT 'invoice', q.invoice_id::text, 'at most ' || q.paid || ' by ' || q.payment_method, \
                q.refunded || ' refunded' \
              FROM (SELECT f.invoice_id, t.payment_method, sum(t.amount) AS refunded, \
                  (SELECT coalesce(sum(p.amount), 0) FROM payments p WHERE p.invoice_id = f.invoice_id \
                   AND p.voided_at IS NULL AND p.payment_method = t.payment_method) AS paid \
                FROM refunds f JOIN refund_tenders t ON t.refund_id = f.id \
                WHERE f.status = 'completed' AND t.payment_method <> 'Cash' \
                GROUP BY f.invoice_id, t.payment_method) q \
              WHERE q.refunded > q.paid",
    },
    Check {
        name: "P4",
        says: "Invoice numbers have no hole.",
        sql: "SELECT 'number_series', s.name, (s.next - 1) || ' invoices with a number', count(i.id)::text \
              FROM number_series s LEFT JOIN invoices i ON i.invoice_number NOT LIKE 'DRAFT-%' \
              WHERE s.name = 'invoice' GROUP BY s.name, s.next HAVING count(i.id) <> s.next - 1",
    },
];
