//! What must always hold in the shop (spec 6.13), each as a query for the rows that break it.
//! B13 to B15 are beside the specification's list: store credit against its tenders, counted
//! drawers, and landed costs.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::verify::{Check, Projection};

use crate::bulk_stock::BulkStock;

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
                i.paid || ' paid, ' || i.amount_paid || ' recorded' \
              FROM (SELECT i.*, coalesce(p.paid, 0) AS paid FROM invoices i LEFT JOIN ( \
                SELECT invoice_id, sum(amount) AS paid FROM payments WHERE voided_at IS NULL \
                GROUP BY invoice_id) p ON p.invoice_id = i.id) i \
              WHERE i.paid <> i.amount_paid \
                OR (i.status IN ('Paid', 'Refunded') AND i.paid <> i.total_amount) \
                OR (i.status = 'Sent' AND i.paid >= i.total_amount) \
                OR (i.status = 'Draft' AND i.paid <> 0)",
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
        name: "B7",
        says: "What is ordered, or further, has its deposit paid and not given back; the deposit \
               that was paid is the one that is noted.",
        sql: "SELECT 'preorder', p.id::text, 'a deposit that is held', \
                CASE WHEN p.deposit_paid THEN 'paid' ELSE 'not paid' END \
                || CASE WHEN p.deposit_refunded THEN ', given back' ELSE '' END \
              FROM preorders p WHERE p.status NOT IN ('Deposit Pending', 'Closed') \
                AND (NOT p.deposit_paid OR p.deposit_refunded) \
              UNION ALL \
              SELECT 'preorder', p.id::text, \
                (CASE WHEN p.deposit_paid THEN p.deposit_amount ELSE 0 END)::text, d.paid::text \
              FROM preorders p CROSS JOIN LATERAL ( \
                SELECT coalesce(sum(amount), 0) AS paid FROM preorder_payments \
                WHERE preorder_id = p.id AND payment_kind = 'Deposit') d \
              WHERE d.paid <> CASE WHEN p.deposit_paid THEN p.deposit_amount ELSE 0 END",
    },
    Check {
        name: "B8",
        says: "What is reserved has a live line on a draft or a sent invoice, or a preorder that \
               it came in for; and the other way round.",
        sql: "SELECT 'asset', a.id::text, 'Reserved with a live unpaid line or a preorder, or neither', \
                a.status || ', ' || held.lines || ' lines, ' || held.preorders || ' preorders' \
              FROM assets a CROSS JOIN LATERAL (SELECT \
                (SELECT count(*) FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id \
                 WHERE l.asset_id = a.id AND l.released_at IS NULL \
                 AND i.status IN ('Draft', 'Sent')) AS lines, \
                (SELECT count(*) FROM preorders p WHERE p.id = a.preorder_id AND p.asset_id = a.id \
                 AND p.status IN ('Arrived', 'Customer Notified')) AS preorders) held \
              WHERE (a.status = 'Reserved') <> (held.lines + held.preorders > 0) \
              UNION ALL \
              SELECT 'preorder', p.id::text, 'a device that is held for it', \
                coalesce(a.status || ' for ' || coalesce(a.preorder_id::text, 'nobody'), 'none') \
              FROM preorders p LEFT JOIN assets a ON a.id = p.asset_id \
              WHERE p.status IN ('Arrived', 'Customer Notified') \
                AND a.preorder_id IS DISTINCT FROM p.id",
    },
    Check {
        name: "B9",
        says: "A warranty is of a device that its invoice sold to its customer, runs forward, and \
               promises nothing for a device that came back.",
        sql: "SELECT 'warranty', w.id::text, \
                'a line of its invoice for its customer, held while it is promised', \
                w.status || ', ' || CASE WHEN l.id IS NULL THEN 'no line' \
                  WHEN l.released_at IS NULL THEN 'held' ELSE 'released' END \
                || CASE WHEN i.customer_id IS DISTINCT FROM w.customer_id THEN ', another customer' \
                   ELSE '' END \
              FROM warranties w JOIN invoices i ON i.id = w.invoice_id \
              LEFT JOIN invoice_lines l ON l.invoice_id = w.invoice_id AND l.asset_id = w.asset_id \
              WHERE (w.asset_id IS NOT NULL AND l.id IS NULL AND w.status <> 'Void') \
                OR (w.status <> 'Void' AND i.customer_id IS DISTINCT FROM w.customer_id) \
                OR (w.status IN ('Active', 'Claimed') AND (i.status <> 'Paid' \
                    OR l.released_at IS NOT NULL OR l.refunded_quantity > 0))",
    },
    Check {
        name: "B10",
        says: "No more is refunded than was paid, per invoice and per method (cash and store credit \
               may stand in), \
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
                AND t.customer_credit_id IS NULL \
                GROUP BY f.invoice_id, t.payment_method) q \
              WHERE q.refunded > q.paid",
    },
    Check {
        name: "B11",
        says: "An approved claim has its ticket and its warranty claimed; a completed one ended as \
               its closed ticket did, at its cost; a device in work is a customer's or in Repair Hold; \
               a repair that a customer owes for is closed on a bill that was sent, unless it failed.",
        sql: "SELECT 'warranty_claim', c.id::text, \
                'a ticket of its own that agrees, and a warranty that is claimed', \
                c.status || coalesce(' as ' || c.outcome, '') || ', ticket ' \
                || coalesce(t.status || coalesce(' as ' || t.outcome, ''), 'none') || ', warranty ' || w.status \
              FROM warranty_claims c JOIN warranties w ON w.id = c.warranty_id \
              LEFT JOIN repair_tickets t ON t.id = c.repair_ticket_id \
              WHERE c.customer_id <> w.customer_id \
                OR (c.status = 'Approved') IS DISTINCT FROM (w.status = 'Claimed' \
                    AND NOT EXISTS (SELECT 1 FROM warranty_claims o WHERE o.warranty_id = w.id \
                      AND o.id <> c.id AND o.status = 'Approved')) \
                OR (c.status IN ('Approved', 'Completed') AND t.id IS NULL) \
                OR (t.id IS NOT NULL AND (t.warranty_claim_id IS DISTINCT FROM c.id OR t.billable \
                    OR t.customer_id IS DISTINCT FROM c.customer_id \
                    OR t.asset_id IS DISTINCT FROM w.asset_id)) \
                OR (c.status = 'Completed' AND (t.status <> 'Closed' \
                    OR t.outcome NOT IN (c.outcome, CASE WHEN c.outcome = 'Repaired' THEN 'Repaired' ELSE 'Unable' END) \
                    OR (c.labor_cost, c.parts_cost) <> (t.labor_cost, t.parts_cost))) \
                OR (c.status = 'Denied' AND t.status <> 'Closed') \
              UNION ALL \
              SELECT 'repair_ticket', t.id::text, 'a claim that knows it', coalesce(c.claim_number, 'none') \
              FROM repair_tickets t JOIN warranty_claims c ON c.id = t.warranty_claim_id \
              WHERE c.repair_ticket_id IS DISTINCT FROM t.id \
              UNION ALL \
              SELECT 'repair_ticket', t.id::text, p.cost || ' for parts', t.parts_cost || ' for parts' \
              FROM repair_tickets t CROSS JOIN LATERAL ( \
                SELECT coalesce(sum(quantity * unit_cost), 0) AS cost FROM repair_parts \
                WHERE repair_ticket_id = t.id) p \
              WHERE p.cost <> t.parts_cost \
              UNION ALL \
              SELECT 'repair_ticket', t.id::text, 'Sold, or in Repair Hold', a.status \
              FROM repair_tickets t JOIN assets a ON a.id = t.asset_id \
              WHERE t.status NOT IN ('Ready', 'Closed') AND a.status NOT IN ('Sold', 'Repair Hold') \
              UNION ALL \
              SELECT 'repair_ticket', t.id::text, 'a bill that was sent', coalesce(i.status, 'none') \
              FROM repair_tickets t LEFT JOIN invoices i ON i.id = t.invoice_id \
              CROSS JOIN LATERAL ( \
                SELECT coalesce(sum(quantity * unit_price), 0) AS price FROM repair_parts \
                WHERE repair_ticket_id = t.id) p \
              WHERE t.status = 'Closed' AND t.billable AND t.outcome <> 'Unable' \
                AND t.labor_cost + p.price > 0 \
                AND coalesce(i.status, 'none') NOT IN ('Sent', 'Paid', 'Refunded')",
    },
    Check {
        name: "B12",
        says: "A resale leaves the shortfall and the refund of its arithmetic; what was settled was \
               paid so, and a deposit either pays the sale, is held, or went back.",
        sql: "WITH sums AS (SELECT p.*, \
                CASE WHEN p.deposit_paid THEN p.deposit_amount ELSE 0 END AS deposit, \
                greatest(0, p.agreed_price - p.resale_recovery_amount) AS short, \
                (SELECT coalesce(sum(amount), 0) FROM preorder_payments \
                 WHERE preorder_id = p.id AND payment_kind = 'Refund') AS back, \
                (SELECT coalesce(sum(amount), 0) FROM preorder_payments \
                 WHERE preorder_id = p.id AND payment_kind = 'Shortfall') AS owed, \
                (SELECT coalesce(sum(amount), 0) FROM payments \
                 WHERE preorder_id = p.id AND voided_at IS NULL) AS applied, \
                (SELECT coalesce(sum(c.amount), 0) FROM customer_credits c \
                 WHERE c.preorder_id = p.id AND c.voided_at IS NULL AND NOT EXISTS ( \
                   SELECT 1 FROM preorder_payments m WHERE m.customer_credit_id = c.id)) AS rest, \
                (SELECT sum(l.line_total) FROM invoice_lines l \
                 WHERE l.invoice_id = p.resale_invoice_id AND l.asset_id = p.asset_id) AS recovered \
                FROM preorders p) \
              SELECT 'preorder', id::text, \
                'short ' || short || ', back ' || greatest(0, deposit - short), \
                'recovered ' || coalesce(resale_recovery_amount, 0) || ', short ' || coalesce(shortfall, 0) \
                || ', back ' || coalesce(refund_due, 0) \
              FROM sums WHERE resale_invoice_id IS NOT NULL AND agreed_price IS NOT NULL \
                AND (recovered IS DISTINCT FROM resale_recovery_amount OR shortfall IS DISTINCT FROM short \
                  OR refund_due IS DISTINCT FROM greatest(0, deposit - short)) \
              UNION ALL \
              SELECT 'preorder', id::text, \
                CASE WHEN status = 'Closed' THEN refund_due ELSE 0 END || ' back, ' \
                || CASE WHEN status = 'Closed' THEN greatest(0, shortfall - deposit) ELSE 0 END || ' owed', \
                back || ' back, ' || owed || ' owed' \
              FROM sums WHERE (refund_due IS NOT NULL OR status IN ('Rejected', 'Resold')) \
                AND (back <> CASE WHEN status = 'Closed' THEN refund_due ELSE 0 END \
                  OR owed <> CASE WHEN status = 'Closed' THEN greatest(0, shortfall - deposit) ELSE 0 END) \
              UNION ALL \
              SELECT 'preorder', id::text, \
                CASE WHEN pickup_invoice_id IS NULL THEN 'nothing' ELSE deposit::text END || ' on its sale', \
                applied || ' on its sale, ' || rest || ' of it store credit' \
              FROM sums WHERE applied + rest <> CASE WHEN pickup_invoice_id IS NULL THEN 0 ELSE deposit END \
                OR (back > 0) <> deposit_refunded",
    },
    Check {
        name: "B13",
        says: "What is used of a store credit is the sum of the live tenders that spend it.",
        sql: "SELECT 'customer_credit', c.id::text, p.spent::text, c.used::text \
              FROM customer_credits c CROSS JOIN LATERAL ( \
                SELECT coalesce(sum(amount), 0) AS spent FROM payments \
                WHERE customer_credit_id = c.id AND voided_at IS NULL) p \
              WHERE p.spent <> c.used",
    },
    Check {
        name: "B14",
        says: "A counted drawer should have held its float and what went through it, by each method.",
        sql: "SELECT 'cash_drawer_session', s.id::text, m.method || ' ' || m.expected, \
                coalesce(c.expected::text, 'not counted') \
              FROM cash_drawer_sessions s CROSS JOIN LATERAL ( \
                SELECT v.method, sum(v.amount) AS expected FROM ( \
                  SELECT 'Cash' AS method, s.opening_float AS amount \
                  UNION ALL \
                  SELECT f.payment_method, f.amount FROM view_cash_drawer_flows f \
                  WHERE f.cash_drawer_session_id = s.id AND NOT f.is_voided) v \
                GROUP BY v.method) m \
              LEFT JOIN cash_drawer_counts c \
                ON c.cash_drawer_session_id = s.id AND c.payment_method = m.method \
              WHERE (s.status = 'Closed' AND c.expected IS DISTINCT FROM m.expected) \
                OR (s.status = 'Open' AND c.id IS NOT NULL)",
    },
    Check {
        name: "B15",
        says: "The landed cost of a device covers its purchase and the bills entered for it.",
        sql: "SELECT 'asset', a.id::text, 'at least ' || coalesce(a.purchase_cost, 0) + b.bills, \
                coalesce(a.landed_cost::text, 'no landed cost') \
              FROM assets a JOIN (SELECT asset_id, sum(amount) AS bills FROM asset_costs \
                WHERE voided_at IS NULL GROUP BY asset_id) b ON b.asset_id = a.id \
              WHERE coalesce(a.landed_cost, 0) < coalesce(a.purchase_cost, 0) + b.bills",
    },
    Check {
        name: "P4",
        says: "Every invoice number that was drawn stands on an invoice, and no other does.",
        sql: "WITH drawn AS (SELECT 'INV-' || lpad(n::text, greatest(6, length(n::text)), '0') AS number \
                FROM number_series s CROSS JOIN generate_series(s.first, s.next - 1) n \
                WHERE s.name = 'invoice'), \
              ahead AS (SELECT i.invoice_number AS number FROM invoices i \
                JOIN number_series s ON s.name = 'invoice' \
                WHERE i.invoice_number ~ '^INV-[0-9]{6,18}$' \
                AND substring(i.invoice_number FROM 5)::bigint >= s.next) \
              SELECT 'number_series', 'invoice', 'an invoice for every number', \
                'none for ' || string_agg(number, ', ' ORDER BY number) FILTER (WHERE place <= 10) \
                || CASE WHEN count(*) > 10 THEN ' and ' || count(*) - 10 || ' more' ELSE '' END \
              FROM (SELECT d.number, row_number() OVER (ORDER BY d.number) AS place FROM drawn d \
                LEFT JOIN invoices i ON i.invoice_number = d.number WHERE i.id IS NULL) hole \
              HAVING count(*) > 0 \
              UNION ALL \
              SELECT 'number_series', 'invoice', 'no number that was not drawn', min(number) \
              FROM ahead HAVING count(*) > 0",
    },
];

/// What repeats other rows and can be computed anew.
pub static PROJECTIONS: &[Projection] = &[Projection {
    entity: || BulkStock::META,
    field: "reserved",
    sql: "UPDATE bulk_stock b SET reserved = r.held, version = b.version + 1, \
            updated_at = current_setting('bizgraph.now')::timestamptz \
          FROM (SELECT s.id, s.reserved AS before, coalesce(sum(l.quantity) \
              FILTER (WHERE i.status IN ('Draft', 'Sent')), 0)::integer AS held \
            FROM bulk_stock s LEFT JOIN (invoice_lines l JOIN invoices i ON i.id = l.invoice_id) \
              ON l.bulk_stock_id = s.id AND l.released_at IS NULL GROUP BY s.id) r \
          WHERE b.id = r.id AND b.reserved <> r.held AND r.held <= b.quantity \
          RETURNING b.id::text, r.before::text, r.held::text",
}];
