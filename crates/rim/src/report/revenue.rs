//! What loans bring in beyond what was lent (spec 5.12). What a loan costs counts on the day it
//! was paid out. It is earned as it is paid: repayments pay what was lent first, so that the last
//! ones are the gain, and a refund takes back on its own day what it had earned.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Report, Shape};

use super::groups;
use crate::loan::Loan;

pub static REVENUE: Report = Report {
    name: "revenue",
    type_name: "RimRevenue",
    doc: "Interest and fees of loans, and what of them was earned by repayments.",
    permission: "rim.loan.report",
    over: Some(|| Loan::META),
    period: Some(
        "by the day on which a loan was paid out, and what was earned by that of the repayment",
    ),
    groups: &[
        groups::month("to_char(f.day, 'YYYY-MM')"),
        groups::day("f.day"),
        groups::network("f.network"),
        groups::PRODUCT,
    ],
    figures: &[
        Figure::count("loans", "loans", "Loans that were paid out.")
            .total("coalesce(sum(loans), 0)"),
        Figure::money("lent", "lent", "What was lent.").total("coalesce(sum(lent), 0.00)"),
        Figure::money("interest", "interest", "Their interest.")
            .total("coalesce(sum(interest), 0.00)"),
        Figure::money("fees", "fees", "Their fees.").total("coalesce(sum(fees), 0.00)"),
        Figure::money("lateFees", "late_fees", "Their late fees so far.")
            .total("coalesce(sum(late_fees), 0.00)"),
        Figure::money("charged", "charged", "Interest and fees together.")
            .total("coalesce(sum(charged), 0.00)"),
        Figure::money(
            "earned",
            "earned",
            "What was paid in these days beyond what had been lent, on any loan, less refunds.",
        )
        .total("coalesce(sum(earned), 0.00)"),
    ],
    order: "charged DESC, group_label",
    sql: "WITH told AS (SELECT t.* FROM loans t WHERE {rows} AND t.disbursed_at IS NOT NULL), \
          paid AS ( \
            SELECT l.id, l.amount, r.amount AS change, r.created_at AS at, r.id AS repayment \
            FROM told l JOIN loan_repayments r ON r.loan_id = l.id \
            UNION ALL \
            SELECT l.id, l.amount, -r.amount, r.reversed_at, r.id \
            FROM told l JOIN loan_repayments r ON r.loan_id = l.id WHERE r.reversed_at IS NOT NULL), \
          running AS ( \
            SELECT id, amount, change, (at AT TIME ZONE {zone})::date AS day, \
              sum(change) OVER (PARTITION BY id ORDER BY at, change, repayment) AS so_far \
            FROM paid), \
          facts AS ( \
            SELECT id, (disbursed_at AT TIME ZONE {zone})::date AS day, 1 AS loans, amount AS lent, \
              amount_due - amount - fee - late_fee AS interest, fee, late_fee, 0.00 AS earned \
            FROM told \
            WHERE (disbursed_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT id, day, 0, 0.00, 0.00, 0.00, 0.00, \
              greatest(so_far - amount, 0.00) - greatest(so_far - change - amount, 0.00) \
            FROM running WHERE day BETWEEN {from} AND {to}), \
          placed AS ( \
            SELECT x.*, l.network, l.loan_product_id FROM facts x JOIN told l ON l.id = x.id) \
          SELECT {group}, sum(f.loans)::integer AS loans, sum(f.lent) AS lent, \
            sum(f.interest) AS interest, sum(f.fee) AS fees, sum(f.late_fee) AS late_fees, \
            sum(f.interest + f.fee + f.late_fee) AS charged, sum(f.earned) AS earned \
          FROM placed f LEFT JOIN loan_products p ON p.id = f.loan_product_id GROUP BY 1, 2",
    shape: Shape::Rows,
};
