//! What the shop earns on what it sells (spec 6.12). A sale counts on its invoice's day, what
//! comes back of it on the day of the refund. Tax and restocking fees are no part of it.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::invoice_line::InvoiceLine;
use crate::product_model::ProductModel;
use crate::user::User;

const COST: &str = "bizhub.cost.read_sensitive";

pub static GROSS_MARGIN: Report = Report {
    name: "grossMargin",
    type_name: "BizhubGrossMargin",
    doc: "What was earned on sales, refunds taken off on the day they were paid out, all without \
          tax and restocking fees.",
    permission: "bizhub.gross_margin_report.read",
    over: Some(|| InvoiceLine::META),
    period: Some("by the day of the invoice, and of a refund by its own"),
    groups: &[
        Group {
            name: "DAY",
            doc: "By the day.",
            label: "f.day",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "MONTH",
            doc: "By the month, such as 2026-03.",
            label: "to_char(f.day, 'YYYY-MM')",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "MODEL",
            doc: "By the model of a device, the name of a bulk item, or Service.",
            label: "coalesce(m.brand || ' ' || m.model_name, b.item_name, 'Service')",
            key: Some(("m.id", || ProductModel::META)),
            order: None,
        },
        Group {
            name: "REP",
            doc: "By who sold it.",
            label: "u.full_name",
            key: Some(("u.id", || User::META)),
            order: None,
        },
    ],
    figures: &[
        Figure::count("unitsSold", "units_sold", "Devices, pieces and services that were sold.")
            .total("coalesce(sum(units_sold), 0)"),
        Figure::count("unitsReturned", "units_returned", "How many of such came back.")
            .total("coalesce(sum(units_returned), 0)"),
        Figure::money("sales", "sales", "What was sold, without tax.")
            .total("coalesce(sum(sales), 0.00)"),
        Figure::money("refunds", "refunds", "What was refunded of sales, without tax.")
            .total("coalesce(sum(refunds), 0.00)"),
        Figure::money("netSales", "net_sales", "Sales less refunds.")
            .total("coalesce(sum(net_sales), 0.00)"),
        Figure::money(
            "cost",
            "cost",
            "What was sold had cost, less what came back to be sold again.",
        )
        .sensitive(COST)
        .total("coalesce(sum(cost), 0.00)"),
        Figure::money(
            "salesWithoutCost",
            "sales_without_cost",
            "The part of the net sales whose cost nobody entered; no margin is told of it.",
        )
        .sensitive(COST)
        .total("coalesce(sum(sales_without_cost), 0.00)"),
        Figure::money("margin", "margin", "Net sales whose cost is known, less that cost.")
            .sensitive(COST)
            .total("coalesce(sum(margin), 0.00)"),
        Figure::number(
            "marginPercent",
            "margin_percent",
            "The margin in percent of the net sales whose cost is known.",
        )
        .optional()
        .sensitive(COST)
        .total("round(100 * sum(margin) / nullif(sum(net_sales - sales_without_cost), 0), 2)"),
    ],
    order: "net_sales DESC, group_label",
    // Whether prices included tax when an invoice was sent shows in its header: the subtotal is
    // the sum of the lines only if they did not. Refunds of a part are shared out so that all
    // parts of a line add up to it exactly. A device brings its cost back when its line lets go of
    // it: with a refund, or when another device takes its place under warranty.
    sql: "WITH priced AS ( \
            SELECT t.id, t.asset_id, t.bulk_stock_id, t.line_kind, t.quantity, i.invoice_date, \
              i.sales_rep_id, (t.released_at AT TIME ZONE {zone})::date AS released_date, \
              CASE WHEN t.line_kind = 'Service' THEN coalesce(t.unit_cost, 0.00) \
                ELSE t.unit_cost END AS unit_cost, \
              t.line_total - CASE WHEN h.exclusive THEN 0.00 ELSE t.tax_amount END AS net, \
              t.line_total + CASE WHEN h.exclusive THEN t.tax_amount ELSE 0.00 END AS paid \
            FROM invoice_lines t JOIN invoices i ON i.id = t.invoice_id \
            CROSS JOIN LATERAL (SELECT i.subtotal = sum(l.line_total) AS exclusive \
              FROM invoice_lines l WHERE l.invoice_id = i.id) h \
            WHERE {rows} AND i.status IN ('Paid', 'Refunded') \
              AND (i.invoice_date BETWEEN {from} AND {to} \
                OR t.released_at IS NOT NULL OR t.refunded_amount > 0 \
                OR t.refunded_quantity > 0)), \
          returned AS ( \
            SELECT l.*, r.refund_date, \
              sum(l.amount) OVER (PARTITION BY l.invoice_line_id ORDER BY r.completed_at, l.id) \
                AS so_far \
            FROM refund_lines l JOIN refunds r ON r.id = l.refund_id \
            WHERE r.status = 'completed'), \
          facts AS ( \
            SELECT invoice_date AS day, sales_rep_id, asset_id, bulk_stock_id, \
              quantity AS units_sold, 0 AS units_returned, net AS sales, 0.00 AS refunds, \
              unit_cost, quantity * unit_cost AS cost \
            FROM priced WHERE invoice_date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT b.refund_date, p.sales_rep_id, p.asset_id, p.bulk_stock_id, 0, \
              CASE WHEN p.line_kind = 'Asset' THEN 0 ELSE b.quantity END, \
              0.00, coalesce(round(p.net * b.so_far / nullif(p.paid, 0), 2) \
                - round(p.net * (b.so_far - b.amount) / nullif(p.paid, 0), 2), 0.00), \
              p.unit_cost, \
              CASE WHEN b.restock THEN -b.quantity * p.unit_cost ELSE 0.00 END \
            FROM returned b JOIN priced p ON p.id = b.invoice_line_id \
            WHERE b.refund_date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT released_date, sales_rep_id, asset_id, NULL, 0, quantity, 0.00, 0.00, \
              unit_cost, -quantity * unit_cost \
            FROM priced WHERE asset_id IS NOT NULL AND released_date BETWEEN {from} AND {to}), \
          sums AS ( \
            SELECT {group}, sum(f.units_sold)::integer AS units_sold, \
              sum(f.units_returned)::integer AS units_returned, sum(f.sales) AS sales, \
              sum(f.refunds) AS refunds, sum(f.sales - f.refunds) AS net_sales, \
              coalesce(sum(f.cost), 0.00) AS cost, \
              coalesce(sum(f.sales - f.refunds) FILTER (WHERE f.unit_cost IS NULL), 0.00) \
                AS sales_without_cost \
            FROM facts f LEFT JOIN assets a ON a.id = f.asset_id \
            LEFT JOIN product_models m ON m.id = a.product_model_id \
            LEFT JOIN bulk_stock b ON b.id = f.bulk_stock_id \
            LEFT JOIN users u ON u.id = f.sales_rep_id GROUP BY 1, 2) \
          SELECT *, net_sales - sales_without_cost - cost AS margin, \
            round(100 * (net_sales - sales_without_cost - cost) \
              / nullif(net_sales - sales_without_cost, 0), 2) AS margin_percent \
          FROM sums",
    shape: Shape::Rows,
};
