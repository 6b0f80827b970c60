//! What was paid back (spec 6.12), on the day it was.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::refund::Refund;
use crate::user::User;

pub static REFUNDS: Report = Report {
    name: "refunds",
    type_name: "BizhubRefunds",
    doc: "What was paid back to customers, with tax.",
    permission: "bizhub.refunds_report.read",
    over: Some(|| Refund::META),
    period: Some("by the day on which a refund was paid out"),
    groups: &[
        Group {
            name: "DAY",
            doc: "By the day.",
            label: "t.refund_date",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "MONTH",
            doc: "By the month, such as 2026-03.",
            label: "to_char(t.refund_date, 'YYYY-MM')",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "REP",
            doc: "By who had sold it.",
            label: "u.full_name",
            key: Some(("u.id", || User::META)),
            order: None,
        },
    ],
    figures: &[
        Figure::count("refunds", "refunds", "Refunds that were paid out.")
            .total("coalesce(sum(refunds), 0)"),
        Figure::money(
            "taken",
            "taken",
            "What the goods and services taken back had been sold for.",
        )
        .total("coalesce(sum(taken), 0.00)"),
        Figure::money("restockingFees", "restocking_fees", "What the shop kept of it.")
            .total("coalesce(sum(restocking_fees), 0.00)"),
        Figure::money("paidOut", "paid_out", "What customers got for it.")
            .total("coalesce(sum(paid_out), 0.00)"),
        Figure::money(
            "tendersReturned",
            "tenders_returned",
            "Tenders given back of invoices that were never paid in full; these were no sale.",
        )
        .total("coalesce(sum(tenders_returned), 0.00)"),
    ],
    order: "paid_out DESC, group_label",
    sql: "SELECT {group}, count(*)::integer AS refunds, \
            coalesce(sum(t.total_amount + t.restocking_fee) FILTER (WHERE NOT t.payments_only), \
              0.00) AS taken, \
            coalesce(sum(t.restocking_fee) FILTER (WHERE NOT t.payments_only), 0.00) \
              AS restocking_fees, \
            coalesce(sum(t.total_amount) FILTER (WHERE NOT t.payments_only), 0.00) AS paid_out, \
            coalesce(sum(t.total_amount) FILTER (WHERE t.payments_only), 0.00) \
              AS tenders_returned \
          FROM refunds t JOIN invoices i ON i.id = t.invoice_id \
          LEFT JOIN users u ON u.id = i.sales_rep_id \
          WHERE {rows} AND t.status = 'completed' AND t.refund_date BETWEEN {from} AND {to} \
          GROUP BY 1, 2",
    shape: Shape::Rows,
};
