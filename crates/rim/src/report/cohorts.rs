//! How loans went that were paid out in the same time (spec 5.12). What was in default and what
//! came back of it is told in money; a loan that was reopened counts as it stands now.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Report, Shape};

use super::groups;
use crate::loan::Loan;

pub static COHORTS: Report = Report {
    name: "cohorts",
    type_name: "RimCohorts",
    doc: "Loans by when they were paid out: how many were paid back, given up, and recovered.",
    permission: "rim.loan.report",
    over: Some(|| Loan::META),
    period: Some("by the day on which a loan was paid out"),
    groups: &[
        groups::month("to_char(c.day, 'YYYY-MM')"),
        groups::day("c.day"),
        groups::network("c.network"),
        groups::PRODUCT,
    ],
    figures: &[
        Figure::count("loans", "loans", "Loans that were paid out.")
            .total("coalesce(sum(loans), 0)"),
        Figure::money("lent", "lent", "What was lent.").total("coalesce(sum(lent), 0.00)"),
        Figure::money("amountPaid", "amount_paid", "What was paid back of it, with its costs.")
            .total("coalesce(sum(amount_paid), 0.00)"),
        Figure::money("outstanding", "outstanding", "What is still due.")
            .total("coalesce(sum(outstanding), 0.00)"),
        Figure::count("completed", "completed", "Loans that are paid back, recovered ones too.")
            .total("coalesce(sum(completed), 0)"),
        Figure::count("defaulted", "defaulted", "Loans that were ever given up.")
            .total("coalesce(sum(defaulted), 0)"),
        Figure::count("recovered", "recovered", "Loans of them that were paid back after all.")
            .total("coalesce(sum(recovered), 0)"),
        Figure::number("defaultRate", "default_rate", "Loans given up in percent of all.")
            .optional()
            .total("round(100.0 * sum(defaulted) / nullif(sum(loans), 0), 2)"),
        Figure::money(
            "defaultedAmount",
            "defaulted_amount",
            "What was due when they were given up.",
        )
        .total("coalesce(sum(defaulted_amount), 0.00)"),
        Figure::money("recoveredAmount", "recovered_amount", "What of it was paid since.")
            .total("coalesce(sum(recovered_amount), 0.00)"),
        Figure::number("recoveryRate", "recovery_rate", "The amount recovered in percent.")
            .optional()
            .total("round(100 * sum(recovered_amount) / nullif(sum(defaulted_amount), 0), 2)"),
    ],
    order: "loans DESC, group_label",
    sql: "WITH cohort AS ( \
            SELECT t.*, (t.disbursed_at AT TIME ZONE {zone})::date AS day, \
              CASE WHEN t.defaulted_at IS NULL THEN 0.00 ELSE coalesce(r.since, 0.00) END AS since \
            FROM loans t CROSS JOIN LATERAL ( \
              SELECT sum(r.amount) FILTER (WHERE r.created_at >= t.defaulted_at) AS since \
              FROM loan_repayments r WHERE r.loan_id = t.id AND r.reversed_at IS NULL) r \
            WHERE {rows} AND (t.disbursed_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}), \
          sums AS ( \
            SELECT {group}, count(*)::integer AS loans, sum(c.amount) AS lent, \
              sum(c.amount_paid) AS amount_paid, sum(c.outstanding_amount) AS outstanding, \
              count(*) FILTER (WHERE c.status = 'completed')::integer AS completed, \
              count(c.defaulted_at)::integer AS defaulted, \
              count(*) FILTER (WHERE c.recovered)::integer AS recovered, \
              coalesce(sum(c.outstanding_amount + c.since) \
                FILTER (WHERE c.defaulted_at IS NOT NULL), 0.00) AS defaulted_amount, \
              sum(c.since) AS recovered_amount \
            FROM cohort c LEFT JOIN loan_products p ON p.id = c.loan_product_id GROUP BY 1, 2) \
          SELECT *, round(100.0 * defaulted / nullif(loans, 0), 2) AS default_rate, \
            round(100 * recovered_amount / nullif(defaulted_amount, 0), 2) AS recovery_rate \
          FROM sums",
    shape: Shape::Rows,
};
