//! Sales by where the customer heard of the shop, and by what else people look at them (spec
//! 6.12). As in the daily sales, a sale counts on its invoice's day and a refund on its own.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::invoice::Invoice;
use crate::lead_source::LeadSource;
use crate::user::User;

pub static SALES: Report = Report {
    name: "sales",
    type_name: "BizhubSales",
    doc: "What was sold, with tax, and what was paid back of it.",
    permission: "bizhub.sales_report.read",
    over: Some(|| Invoice::META),
    period: Some("by the day of the invoice, and of a refund by its own"),
    groups: &[
        Group {
            name: "LEAD_SOURCE",
            doc: "By where the customer heard of the shop.",
            label: "coalesce(l.source_name, i.lead_source)",
            key: Some(("l.id", || LeadSource::META)),
            order: None,
        },
        Group {
            name: "DAY",
            doc: "By the day.",
            label: "f.day",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "WEEK",
            doc: "By the Monday on which the week begins.",
            label: "date_trunc('week', f.day)::date",
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
            name: "REP",
            doc: "By who sold.",
            label: "u.full_name",
            key: Some(("u.id", || User::META)),
            order: None,
        },
        Group {
            name: "CUSTOMER_TYPE",
            doc: "By retail, wholesale and walk-in.",
            label: "i.customer_type",
            key: None,
            order: None,
        },
    ],
    figures: &[
        Figure::count("invoices", "invoices", "Invoices that were paid.")
            .total("coalesce(sum(invoices), 0)"),
        Figure::money("grossSales", "gross_sales", "What they came to.")
            .total("coalesce(sum(gross_sales), 0.00)"),
        Figure::money("refunds", "refunds", "What was paid back for goods and services.")
            .total("coalesce(sum(refunds), 0.00)"),
        Figure::money("netSales", "net_sales", "Gross sales less refunds.")
            .total("coalesce(sum(net_sales), 0.00)"),
        Figure::money("averageSale", "average_sale", "What an invoice came to on average.")
            .optional()
            .total("round(sum(gross_sales) / nullif(sum(invoices), 0), 2)"),
    ],
    order: "net_sales DESC, group_label",
    sql: "WITH facts AS ( \
            SELECT t.id, t.invoice_date AS day, 1 AS invoices, t.total_amount AS sale, \
              0.00 AS refund \
            FROM invoices t WHERE {rows} AND t.status IN ('Paid', 'Refunded') \
              AND t.invoice_date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT t.id, r.refund_date, 0, 0.00, r.total_amount \
            FROM refunds r JOIN invoices t ON t.id = r.invoice_id \
            WHERE {rows} AND r.status = 'completed' AND NOT r.payments_only \
              AND r.refund_date BETWEEN {from} AND {to}) \
          SELECT {group}, sum(f.invoices)::integer AS invoices, sum(f.sale) AS gross_sales, \
            sum(f.refund) AS refunds, sum(f.sale - f.refund) AS net_sales, \
            round(sum(f.sale) / nullif(sum(f.invoices), 0), 2) AS average_sale \
          FROM facts f JOIN invoices i ON i.id = f.id \
          LEFT JOIN lead_sources l ON l.id = i.lead_source_id \
          LEFT JOIN users u ON u.id = i.sales_rep_id GROUP BY 1, 2",
    shape: Shape::Rows,
};
