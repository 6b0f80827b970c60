//! What was paid out and what came in, by day and network (spec 5.12). A repayment belongs to the
//! networks of the loans that it went to; what it left over, to none.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::entity::cell::Words;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::network::Network;
use crate::transaction::Transaction;

pub static CASH_FLOW: Report = Report {
    name: "cashFlow",
    type_name: "RimCashFlow",
    doc: "Airtime paid out and repayments collected, and what of both went back.",
    permission: "rim.transaction.report",
    over: Some(|| Transaction::META),
    period: Some("by the day on which money arrived, and what went back by its own"),
    groups: &[
        groups::day("f.day"),
        Group {
            name: "DAY_AND_NETWORK",
            doc: "By day and network together, such as 2026-03-02 MTN.",
            label: "concat_ws(' ', f.day, f.network)",
            key: None,
            order: Some("group_label"),
        },
        groups::network("f.network"),
        groups::month("to_char(f.day, 'YYYY-MM')"),
    ],
    figures: &[
        Figure::date("day", "day", "The day, where all of the row is of one.").optional(),
        Figure::word(
            "network",
            "network",
            <Network as Words>::WORDS,
            "The network, where all of the row is of one.",
        )
        .optional(),
        Figure::money("disbursed", "disbursed", "Airtime that arrived at customers.")
            .total("coalesce(sum(disbursed), 0.00)"),
        Figure::money("takenBack", "taken_back", "Airtime that telecoms took back.")
            .total("coalesce(sum(taken_back), 0.00)"),
        Figure::money("collected", "collected", "Repayments that arrived.")
            .total("coalesce(sum(collected), 0.00)"),
        Figure::money("refunded", "refunded", "Repayments that were sent back.")
            .total("coalesce(sum(refunded), 0.00)"),
        Figure::money("netDisbursed", "net_disbursed", "Airtime less what was taken back.")
            .total("coalesce(sum(net_disbursed), 0.00)"),
        Figure::money("netCollected", "net_collected", "Repayments less refunds.")
            .total("coalesce(sum(net_collected), 0.00)"),
    ],
    order: "net_collected DESC, group_label",
    sql: "WITH moved AS ( \
            SELECT t.type, p.network, p.amount, \
              (t.completed_at AT TIME ZONE {zone})::date AS arrived, \
              CASE WHEN t.status = 'refunded' THEN (t.refunded_at AT TIME ZONE {zone})::date END \
                AS returned \
            FROM transactions t CROSS JOIN LATERAL ( \
              SELECT t.network, t.amount WHERE t.type = 'airtime' \
              UNION ALL \
              SELECT l.network, r.amount FROM loan_repayments r JOIN loans l ON l.id = r.loan_id \
              WHERE r.transaction_id = t.id AND (r.reversed_at IS NULL OR t.status = 'refunded') \
              UNION ALL \
              SELECT NULL, t.amount - coalesce(sum(r.amount), 0.00) FROM loan_repayments r \
              WHERE r.transaction_id = t.id AND (r.reversed_at IS NULL OR t.status = 'refunded') \
              HAVING t.type = 'repayment' AND t.amount > coalesce(sum(r.amount), 0.00)) p \
            WHERE {rows} AND t.status IN ('completed', 'refunded') AND t.completed_at IS NOT NULL), \
          facts AS ( \
            SELECT arrived AS day, network, \
              CASE WHEN type = 'airtime' THEN amount ELSE 0.00 END AS disbursed, \
              0.00 AS taken_back, \
              CASE WHEN type = 'repayment' THEN amount ELSE 0.00 END AS collected, \
              0.00 AS refunded \
            FROM moved WHERE arrived BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT returned, network, 0.00, CASE WHEN type = 'airtime' THEN amount ELSE 0.00 END, \
              0.00, CASE WHEN type = 'repayment' THEN amount ELSE 0.00 END \
            FROM moved WHERE returned BETWEEN {from} AND {to}) \
          SELECT {group}, \
            CASE WHEN min(f.day) = max(f.day) THEN min(f.day) END AS day, \
            CASE WHEN count(DISTINCT f.network) = 1 AND count(f.network) = count(*) \
              THEN min(f.network) END AS network, \
            sum(f.disbursed) AS disbursed, sum(f.taken_back) AS taken_back, \
            sum(f.collected) AS collected, sum(f.refunded) AS refunded, \
            sum(f.disbursed - f.taken_back) AS net_disbursed, \
            sum(f.collected - f.refunded) AS net_collected \
          FROM facts f GROUP BY 1, 2",
    shape: Shape::Rows,
};
