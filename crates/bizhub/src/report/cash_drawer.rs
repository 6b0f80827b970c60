//! The Z-report: what went through each drawer by method, beside what was counted (spec 6.6).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::entity::cell::Words;
use bizgraph_kernel::report::{Figure, Report, Shape};

use crate::cash_drawer_session::CashDrawerSession;
use crate::payment::PaymentMethod;

pub static CASH_DRAWER: Report = Report {
    name: "cashDrawer",
    type_name: "BizhubCashDrawer",
    doc: "The Z-report: what went through drawers, a row for each drawer and method, beside what \
          was counted at the end.",
    permission: "bizhub.cash_drawer_report.read",
    over: Some(|| CashDrawerSession::META),
    period: None,
    groups: &[],
    figures: &[
        Figure::id("cashDrawerSessionId", "id", || CashDrawerSession::META, "The drawer."),
        Figure::text("userName", "user_name", "Whose drawer it is."),
        Figure::date("openedDate", "opened_date", "The day it was opened."),
        Figure::date("closedDate", "closed_date", "The day it was counted.").optional(),
        Figure::word(
            "paymentMethod",
            "payment_method",
            <PaymentMethod as Words>::WORDS,
            "The method: cash, and every other by which something went through.",
        ),
        Figure::money("openingFloat", "opening_float", "Cash that lay in it at the beginning.")
            .total("coalesce(sum(opening_float), 0.00)"),
        Figure::count("tenders", "tenders", "Tenders for invoices that count.")
            .total("coalesce(sum(tenders), 0)"),
        Figure::money("sales", "sales", "What they came to, change taken off.")
            .total("coalesce(sum(sales), 0.00)"),
        Figure::money("tendered", "tendered", "What was handed over for them, change included.")
            .total("coalesce(sum(tendered), 0.00)"),
        Figure::money("changeGiven", "change_given", "What was handed back of it as change.")
            .total("coalesce(sum(change_given), 0.00)"),
        Figure::money("deposits", "deposits", "Deposits and shortfalls taken for preorders.")
            .total("coalesce(sum(deposits), 0.00)"),
        Figure::money("refunded", "refunded", "What was paid out for refunds and deposits.")
            .total("coalesce(sum(refunded), 0.00)"),
        Figure::money("voided", "voided", "Tenders that were voided; they count nowhere else.")
            .total("coalesce(sum(voided), 0.00)"),
        Figure::money(
            "applied",
            "applied",
            "What deposits and store credit paid on invoices, which is no money in the drawer.",
        )
        .total("coalesce(sum(applied), 0.00)"),
        Figure::money(
            "expected",
            "expected",
            "What should be there: float and all that came in, \
                       less what went out.",
        )
        .total("coalesce(sum(expected), 0.00)"),
        Figure::money("counted", "counted", "What was there; null while it is open.")
            .optional()
            .total("sum(counted)"),
        Figure::money("difference", "difference", "What was there less what should have been.")
            .optional()
            .total("sum(difference)"),
    ],
    order: "id DESC, place",
    sql: "SELECT t.id, u.full_name AS user_name, t.opened_date, t.closed_date, \
            m.payment_method, m.place, \
            CASE m.place WHEN 1 THEN t.opening_float ELSE 0.00 END AS opening_float, \
            f.tenders, f.sales, f.tendered, f.change_given, f.deposits, f.refunded, f.voided, \
            a.applied, \
            CASE m.place WHEN 1 THEN t.opening_float ELSE 0.00 END + f.moved AS expected, \
            c.counted, c.difference \
          FROM cash_drawer_sessions t JOIN users u ON u.id = t.user_id \
          CROSS JOIN (VALUES ('Cash', 1), ('MoMo', 2), ('Bank Transfer', 3), ('Card', 4), \
            ('Other', 5)) AS m (payment_method, place) \
          CROSS JOIN LATERAL ( \
            SELECT count(*) AS flows, \
              count(*) FILTER (WHERE v.flow_kind = 'Payment' AND NOT v.is_voided)::integer \
                AS tenders, \
              coalesce(sum(v.amount) FILTER (WHERE v.flow_kind = 'Payment' AND NOT v.is_voided), \
                0.00) AS sales, \
              coalesce(sum(v.tendered) FILTER (WHERE v.flow_kind = 'Payment' AND NOT v.is_voided), \
                0.00) AS tendered, \
              coalesce(sum(v.change_given) FILTER (WHERE NOT v.is_voided), 0.00) AS change_given, \
              coalesce(sum(v.amount) FILTER (WHERE v.flow_kind IN ('Deposit', 'Shortfall')), 0.00) \
                AS deposits, \
              coalesce(-sum(v.amount) FILTER (WHERE v.flow_kind = 'Refund'), 0.00) AS refunded, \
              coalesce(sum(v.amount) FILTER (WHERE v.is_voided), 0.00) AS voided, \
              coalesce(sum(v.amount) FILTER (WHERE NOT v.is_voided), 0.00) AS moved \
            FROM view_cash_drawer_flows v \
            WHERE v.cash_drawer_session_id = t.id AND v.payment_method = m.payment_method) f \
          CROSS JOIN LATERAL ( \
            SELECT coalesce(sum(p.amount), 0.00) AS applied FROM payments p \
            WHERE p.cash_drawer_session_id = t.id AND p.payment_method = m.payment_method \
              AND p.reference_kind IS NOT NULL AND p.voided_at IS NULL) a \
          LEFT JOIN cash_drawer_counts c \
            ON c.cash_drawer_session_id = t.id AND c.payment_method = m.payment_method \
          WHERE {rows} AND (m.place = 1 OR f.flows > 0 OR a.applied > 0 OR c.id IS NOT NULL)",
    shape: Shape::Rows,
};
