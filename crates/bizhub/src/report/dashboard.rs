//! The shop at a glance (spec 6.12). A seller sees the own sales and a technician the own work;
//! what a role may not know is left out.

use bizgraph_kernel::report::{Figure, Report, Shape};

/// Held by those who take money: Sales for its own, Manager for all.
const SALES: &str = "bizhub.sales_report.read";
/// Held by those who work on devices.
const WORK: &str = "bizhub.technician_work_report.read";
/// Held by those who watch over the business.
const BUSINESS: &str = "bizhub.deposits_held_report.read";

pub static DASHBOARD: Report = Report {
    name: "dashboard",
    type_name: "BizhubDashboard",
    doc: "The shop at a glance, kept for five minutes.",
    permission: "bizhub.dashboard_report.read",
    over: None,
    period: None,
    groups: &[],
    figures: &[
        Figure::count("invoicesToday", "invoices_today", "Invoices of today that are paid.")
            .sensitive(SALES),
        Figure::money("salesToday", "sales_today", "What they came to, less refunds of today.")
            .sensitive(SALES),
        Figure::money(
            "salesThisMonth",
            "sales_this_month",
            "Sales since the first of the month, \
                       less refunds.",
        )
        .sensitive(SALES),
        Figure::count("openInvoices", "open_invoices", "Invoices that are sent and not paid.")
            .sensitive(SALES),
        Figure::money("amountDue", "amount_due", "What is still to be paid on them.")
            .sensitive(SALES),
        Figure::count("overdueInvoices", "overdue_invoices", "Those of them that are overdue.")
            .sensitive(SALES),
        Figure::count("devicesReady", "devices_ready", "Devices that are ready for sale."),
        Figure::count("devicesInWork", "devices_in_work", "Devices between receipt and shelf."),
        Figure::count("lowStockItems", "low_stock_items", "Bulk items below their threshold."),
        Figure::money("stockCost", "stock_cost", "What the devices in the house cost.")
            .sensitive("bizhub.cost.read_sensitive"),
        Figure::count("testsToday", "tests_today", "Rounds of diagnostics today.").sensitive(WORK),
        Figure::count("openRepairs", "open_repairs", "Repairs that are not closed.")
            .sensitive(WORK),
        Figure::count("overduePreorders", "overdue_preorders", "Preorders that are late.")
            .sensitive("bizhub.preorder_sla.read"),
        Figure::money("depositsHeld", "deposits_held", "Deposits that are owed to customers.")
            .sensitive(BUSINESS),
        Figure::count("refundsWaiting", "refunds_waiting", "Refunds that wait for a decision.")
            .sensitive(BUSINESS),
    ],
    order: "",
    sql: "WITH today AS (SELECT current_setting('bizgraph.business_date')::date AS day), \
          sold AS ( \
            SELECT coalesce(sum(s.invoices) FILTER (WHERE s.day = d.day), 0) AS invoices_today, \
              coalesce(sum(s.net) FILTER (WHERE s.day = d.day), 0.00) AS sales_today, \
              coalesce(sum(s.net), 0.00) AS sales_this_month \
            FROM today d LEFT JOIN ( \
              SELECT i.invoice_date AS day, 1 AS invoices, i.total_amount AS net FROM invoices i \
              WHERE i.status IN ('Paid', 'Refunded') AND {own i.sales_rep_id} \
              UNION ALL \
              SELECT r.refund_date, 0, -r.total_amount FROM refunds r \
              JOIN invoices i ON i.id = r.invoice_id \
              WHERE r.status = 'completed' AND NOT r.payments_only AND {own i.sales_rep_id}) s \
            ON s.day BETWEEN date_trunc('month', d.day)::date AND d.day), \
          owed AS ( \
            SELECT count(*) AS open_invoices, \
              coalesce(sum(i.total_amount - i.amount_paid), 0.00) AS amount_due, \
              count(*) FILTER (WHERE i.due_date < d.day) AS overdue_invoices \
            FROM today d JOIN invoices i ON i.status = 'Sent' AND {own i.sales_rep_id}), \
          house AS ( \
            SELECT count(*) FILTER (WHERE a.status = 'Ready for Sale') AS devices_ready, \
              count(*) FILTER (WHERE a.status IN ('Received', 'Diagnostics Pending', \
                'Wipe Pending', 'QC Pending')) AS devices_in_work, \
              coalesce(sum(coalesce(a.landed_cost, a.purchase_cost)), 0.00) AS stock_cost \
            FROM assets a WHERE a.status NOT IN ('Sold', 'Scrapped')) \
          SELECT sold.invoices_today::integer, sold.sales_today, sold.sales_this_month, \
            owed.open_invoices::integer, owed.amount_due, owed.overdue_invoices::integer, \
            house.devices_ready::integer, house.devices_in_work::integer, house.stock_cost, \
            (SELECT count(*)::integer FROM bulk_stock b WHERE b.quantity < b.reorder_threshold) \
              AS low_stock_items, \
            (SELECT count(*)::integer FROM diagnostics_results d, today \
             WHERE d.diagnostic_date = today.day AND {own d.technician_id}) AS tests_today, \
            (SELECT count(*)::integer FROM repair_tickets k \
             WHERE k.status <> 'Closed' AND {own k.assigned_to}) AS open_repairs, \
            (SELECT count(*)::integer FROM view_preorder_sla p WHERE p.is_overdue) \
              AS overdue_preorders, \
            (SELECT coalesce(sum(CASE WHEN p.status = 'Resold' THEN coalesce(p.refund_due, 0.00) \
               ELSE p.deposit_amount END), 0.00) FROM preorders p \
             WHERE p.deposit_paid AND NOT p.deposit_refunded \
               AND p.status NOT IN ('Picked Up', 'Closed')) AS deposits_held, \
            (SELECT count(*)::integer FROM refunds r WHERE r.status = 'requested') \
              AS refunds_waiting \
          FROM sold, owed, house",
    shape: Shape::Kept,
};
