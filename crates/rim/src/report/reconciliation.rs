//! Providers' statements against what was found on them, and what was found on none (spec 5.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::reconciliation_batch::ReconciliationBatch;
use crate::transaction::Transaction;

pub static RECONCILIATION: Report = Report {
    name: "reconciliation",
    type_name: "RimReconciliation",
    doc: "Providers' statements, what they say, and what was found on them.",
    permission: "rim.reconciliation_batch.report",
    over: Some(|| ReconciliationBatch::META),
    period: Some("by the day of the statement"),
    groups: &[],
    figures: &[
        Figure::id(
            "reconciliationBatchId",
            "reconciliation_batch_id",
            || ReconciliationBatch::META,
            "The statement.",
        ),
        Figure::text("name", "name", "Its name."),
        Figure::text("provider", "provider", "Whose it is."),
        Figure::date("statementDate", "statement_date", "Its day."),
        Figure::count("expectedCount", "expected_count", "Lines that it says it has.")
            .optional()
            .total("sum(expected_count)"),
        Figure::money("expectedAmount", "expected_amount", "What it says that they come to.")
            .optional()
            .total("sum(expected_amount)"),
        Figure::count("matchedCount", "matched_count", "Transactions that were found on it.")
            .total("coalesce(sum(matched_count), 0)"),
        Figure::money("matchedAmount", "matched_amount", "What they come to.")
            .total("coalesce(sum(matched_amount), 0.00)"),
        Figure::count(
            "countDifference",
            "count_difference",
            "Lines that it has more than were found; negative when more were found.",
        )
        .optional()
        .total("sum(count_difference)"),
        Figure::money(
            "amountDifference",
            "amount_difference",
            "What it says beyond what was found; negative when more was found.",
        )
        .optional()
        .total("sum(amount_difference)"),
    ],
    order: "statement_date DESC, name",
    sql: "WITH found AS ( \
            SELECT t.id, count(x.id)::integer AS matched_count, \
              coalesce(sum(x.amount), 0.00) AS matched_amount \
            FROM reconciliation_batches t \
            LEFT JOIN transactions x ON x.reconciliation_batch_id = t.id \
            WHERE {rows} AND t.statement_date BETWEEN {from} AND {to} GROUP BY t.id) \
          SELECT b.id AS reconciliation_batch_id, b.name, b.provider, b.statement_date, \
            b.expected_count, b.expected_amount, f.matched_count, f.matched_amount, \
            b.expected_count - f.matched_count AS count_difference, \
            b.expected_amount - f.matched_amount AS amount_difference \
          FROM found f JOIN reconciliation_batches b ON b.id = f.id",
    shape: Shape::Rows,
};

pub static UNRECONCILED: Report = Report {
    name: "unreconciled",
    type_name: "RimUnreconciled",
    doc: "Transactions that ended and were found on no statement so far.",
    permission: "rim.transaction.report",
    over: Some(|| Transaction::META),
    period: Some("by the day on which a transaction ended"),
    groups: &[
        Group {
            name: "PROVIDER",
            doc: "By who moved the money; null where nobody said.",
            label: "e.provider",
            key: None,
            order: None,
        },
        Group {
            name: "TYPE",
            doc: "By airtime and repayment.",
            label: "e.type",
            key: None,
            order: None,
        },
        groups::day("e.day"),
    ],
    figures: &[
        Figure::count("transactions", "transactions", "Transactions.")
            .total("coalesce(sum(transactions), 0)"),
        Figure::money("completed", "completed", "What arrived of them.")
            .total("coalesce(sum(completed), 0.00)"),
        Figure::money("failed", "failed", "What failed of them.")
            .total("coalesce(sum(failed), 0.00)"),
        Figure::date("oldestDay", "oldest_day", "The day on which the oldest of them ended.")
            .total("min(oldest_day)"),
    ],
    order: "transactions DESC, group_label",
    sql: "WITH ended AS ( \
            SELECT t.type, t.provider, t.status, t.amount, \
              (coalesce(t.completed_at, t.failed_at) AT TIME ZONE {zone})::date AS day \
            FROM transactions t \
            WHERE {rows} AND t.status IN ('completed', 'failed') AND t.reconciled_at IS NULL) \
          SELECT {group}, count(*)::integer AS transactions, \
            coalesce(sum(e.amount) FILTER (WHERE e.status = 'completed'), 0.00) AS completed, \
            coalesce(sum(e.amount) FILTER (WHERE e.status = 'failed'), 0.00) AS failed, \
            min(e.day) AS oldest_day \
          FROM ended e WHERE e.day BETWEEN {from} AND {to} GROUP BY 1, 2",
    shape: Shape::Rows,
};
