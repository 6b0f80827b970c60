//! Money on invoices by the way it came and went (spec 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::invoice::Invoice;
use crate::user::User;

pub static PAYMENTS: Report = Report {
    name: "payments",
    type_name: "BizhubPayments",
    doc: "Money that came in for invoices and went back. Deposits are told by depositsHeld until \
          they pay an invoice.",
    permission: "bizhub.payments_report.read",
    over: Some(|| Invoice::META),
    period: Some("by the day of the payment, and of a refund by its own"),
    groups: &[
        Group {
            name: "METHOD",
            doc: "By cash, mobile money, bank transfer, card and other.",
            label: "f.payment_method",
            key: None,
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
            name: "PERSON",
            doc: "By who took it or paid it out.",
            label: "u.full_name",
            key: Some(("u.id", || User::META)),
            order: None,
        },
    ],
    figures: &[
        Figure::count("tenders", "tenders", "Tenders that count.")
            .total("coalesce(sum(tenders), 0)"),
        Figure::money("received", "received", "What they came to.")
            .total("coalesce(sum(received), 0.00)"),
        Figure::money(
            "applied",
            "applied",
            "The part of it that deposits and store credit paid, which is no new money.",
        )
        .total("coalesce(sum(applied), 0.00)"),
        Figure::money("changeGiven", "change_given", "Cash handed back as change.")
            .total("coalesce(sum(change_given), 0.00)"),
        Figure::money("voided", "voided", "Tenders that were voided; they count nowhere else.")
            .total("coalesce(sum(voided), 0.00)"),
        Figure::money("refunded", "refunded", "What was paid back.")
            .total("coalesce(sum(refunded), 0.00)"),
        Figure::money("credited", "credited", "The part of it that became store credit.")
            .total("coalesce(sum(credited), 0.00)"),
        Figure::money("net", "net", "New money that came in, less money that went out.")
            .total("coalesce(sum(net), 0.00)"),
    ],
    order: "received DESC, group_label",
    sql: "WITH facts AS ( \
            SELECT p.payment_method, p.payment_date AS day, p.received_by AS person, \
              p.amount, p.voided_at IS NULL AS counts, p.reference_kind IS NOT NULL AS applied, \
              coalesce(p.change_given, 0.00) AS change_given, 0.00 AS refunded, 0.00 AS credited \
            FROM payments p JOIN invoices t ON t.id = p.invoice_id \
            WHERE {rows} AND p.payment_date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT o.payment_method, r.refund_date, o.paid_by, 0.00, FALSE, FALSE, 0.00, o.amount, \
              CASE WHEN o.customer_credit_id IS NULL THEN 0.00 ELSE o.amount END \
            FROM refund_tenders o JOIN refunds r ON r.id = o.refund_id \
            JOIN invoices t ON t.id = r.invoice_id \
            WHERE {rows} AND r.status = 'completed' AND r.refund_date BETWEEN {from} AND {to}), \
          sums AS ( \
            SELECT {group}, count(*) FILTER (WHERE f.counts)::integer AS tenders, \
              coalesce(sum(f.amount) FILTER (WHERE f.counts), 0.00) AS received, \
              coalesce(sum(f.amount) FILTER (WHERE f.counts AND f.applied), 0.00) AS applied, \
              coalesce(sum(f.change_given) FILTER (WHERE f.counts), 0.00) AS change_given, \
              coalesce(sum(f.amount) FILTER (WHERE NOT f.counts), 0.00) AS voided, \
              sum(f.refunded) AS refunded, sum(f.credited) AS credited \
            FROM facts f LEFT JOIN users u ON u.id = f.person GROUP BY 1, 2) \
          SELECT *, received - applied - refunded + credited AS net FROM sums",
    shape: Shape::Rows,
};
