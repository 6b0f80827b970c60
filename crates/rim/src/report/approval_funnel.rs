//! How far loans come that were asked for, and how long an agreement takes (spec 5.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Report, Shape};

use super::groups;
use crate::loan::Loan;

pub static APPROVAL_FUNNEL: Report = Report {
    name: "approvalFunnel",
    type_name: "RimApprovalFunnel",
    doc: "Loans that were asked for, how far they came, and how long an agreement took.",
    permission: "rim.loan.report",
    over: Some(|| Loan::META),
    period: Some("by the day on which a loan was asked for"),
    groups: &[
        groups::month("to_char(l.day, 'YYYY-MM')"),
        groups::day("l.day"),
        groups::network("l.network"),
        groups::PRODUCT,
    ],
    figures: &[
        Figure::count("requested", "requested", "Loans that were asked for.")
            .total("coalesce(sum(requested), 0)"),
        Figure::money("amountRequested", "amount_requested", "What was asked for.")
            .total("coalesce(sum(amount_requested), 0.00)"),
        Figure::count("pending", "pending", "Loans of them that nobody decided on so far.")
            .total("coalesce(sum(pending), 0)"),
        Figure::count("approved", "approved", "Loans of them that were agreed to.")
            .total("coalesce(sum(approved), 0)"),
        Figure::count("rejected", "rejected", "Loans of them that were rejected.")
            .total("coalesce(sum(rejected), 0)"),
        Figure::count("disbursed", "disbursed", "Loans of them that were paid out.")
            .total("coalesce(sum(disbursed), 0)"),
        Figure::count("completed", "completed", "Loans of them that are paid back.")
            .total("coalesce(sum(completed), 0)"),
        Figure::number(
            "approvalRate",
            "approval_rate",
            "Loans agreed to in percent of those decided on.",
        )
        .optional()
        .total("round(100.0 * sum(approved) / nullif(sum(approved) + sum(rejected), 0), 2)"),
        Figure::number(
            "averageHoursToApprove",
            "average_hours",
            "Hours from the wish to the agreement on average; 0.00 for what the rules agreed to.",
        )
        .optional()
        .total("round(sum(seconds) / nullif(sum(approved), 0) / 3600, 2)"),
        Figure::number("medianHoursToApprove", "median_hours", "Hours that half took at most.")
            .optional(),
    ],
    order: "requested DESC, group_label",
    sql: "WITH l AS ( \
            SELECT t.*, (t.created_at AT TIME ZONE {zone})::date AS day, \
              extract(epoch FROM t.approved_at - t.created_at) AS took \
            FROM loans t \
            WHERE {rows} AND (t.created_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}), \
          sums AS ( \
            SELECT {group}, count(*)::integer AS requested, sum(l.amount) AS amount_requested, \
              count(*) FILTER (WHERE l.status = 'pending')::integer AS pending, \
              count(l.approved_at)::integer AS approved, \
              count(*) FILTER (WHERE l.status = 'rejected')::integer AS rejected, \
              count(l.disbursed_at)::integer AS disbursed, \
              count(*) FILTER (WHERE l.status = 'completed')::integer AS completed, \
              sum(l.took) AS seconds, \
              percentile_cont(0.5) WITHIN GROUP (ORDER BY l.took)::numeric / 3600 AS half \
            FROM l LEFT JOIN loan_products p ON p.id = l.loan_product_id GROUP BY 1, 2) \
          SELECT *, round(100.0 * approved / nullif(approved + rejected, 0), 2) AS approval_rate, \
            round(seconds / nullif(approved, 0) / 3600, 2) AS average_hours, \
            round(half, 2) AS median_hours \
          FROM sums",
    shape: Shape::Rows,
};
