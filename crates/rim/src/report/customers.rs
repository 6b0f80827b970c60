//! Customers by segment, and how much of their limits is used (spec 5.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::user::User;

pub static CUSTOMERS: Report = Report {
    name: "customers",
    type_name: "RimCustomers",
    doc: "Customers that are not deleted, their limits, and what of these is used today.",
    permission: "rim.user.report",
    over: Some(|| User::META),
    period: None,
    groups: &[
        Group {
            name: "STATUS",
            doc: "By active, inactive and suspended.",
            label: "c.status",
            key: None,
            order: None,
        },
        Group {
            name: "REPAYMENT_STATUS",
            doc: "By how they stand with their loans.",
            label: "c.repayment_status",
            key: None,
            order: None,
        },
        Group {
            name: "UTILIZATION",
            doc: "By how much of the limit is used.",
            label: "CASE WHEN c.used = 0 THEN 'nothing used' \
                    WHEN c.used > c.credit_limit THEN 'above the limit' \
                    WHEN c.used * 4 <= c.credit_limit THEN 'up to 25 %' \
                    WHEN c.used * 2 <= c.credit_limit THEN 'up to 50 %' \
                    WHEN c.used * 4 <= c.credit_limit * 3 THEN 'up to 75 %' \
                    ELSE 'up to 100 %' END",
            key: None,
            order: Some("utilization NULLS FIRST, group_label"),
        },
        groups::month("to_char(c.joined, 'YYYY-MM')"),
    ],
    figures: &[
        Figure::count("customers", "customers", "Customers.").total("coalesce(sum(customers), 0)"),
        Figure::count("borrowing", "borrowing", "Customers of them that owe something.")
            .total("coalesce(sum(borrowing), 0)"),
        Figure::count("neverBorrowed", "never_borrowed", "Customers who never asked for a loan.")
            .total("coalesce(sum(never_borrowed), 0)"),
        Figure::money("creditLimit", "credit_limit", "Their limits.")
            .total("coalesce(sum(credit_limit), 0.00)"),
        Figure::money(
            "exposure",
            "exposure",
            "What they owe, and what they asked for or were promised.",
        )
        .total("coalesce(sum(exposure), 0.00)"),
        Figure::number("utilization", "utilization", "The exposure in percent of the limits.")
            .optional()
            .total("round(100 * sum(exposure) / nullif(sum(credit_limit), 0), 2)"),
        Figure::money("totalRepaid", "total_repaid", "What they paid back so far.")
            .total("coalesce(sum(total_repaid), 0.00)"),
        Figure::number("averageScore", "average_score", "Their credit score on average.")
            .sensitive("rim.user.read_sensitive")
            .total("round(sum(scores) / nullif(sum(customers), 0), 2)"),
    ],
    order: "customers DESC, group_label",
    sql: "WITH c AS ( \
            SELECT t.*, (t.created_at AT TIME ZONE {zone})::date AS joined, l.used, l.owed \
            FROM users t CROSS JOIN LATERAL ( \
              SELECT coalesce(sum(CASE WHEN l.status IN ('pending', 'approved') THEN l.amount \
                ELSE l.outstanding_amount END), 0.00) AS used, \
                coalesce(sum(l.outstanding_amount) \
                  FILTER (WHERE l.status NOT IN ('pending', 'approved')), 0.00) AS owed \
              FROM loans l WHERE l.user_id = t.id AND l.status IN ('pending', 'approved', \
                'disbursed', 'repaying', 'defaulted')) l \
            WHERE {rows}), \
          sums AS ( \
            SELECT {group}, count(*)::integer AS customers, \
              count(*) FILTER (WHERE c.owed > 0)::integer AS borrowing, \
              count(*) FILTER (WHERE c.total_loans = 0)::integer AS never_borrowed, \
              sum(c.credit_limit) AS credit_limit, sum(c.used) AS exposure, \
              sum(c.total_repaid) AS total_repaid, sum(c.credit_score)::numeric AS scores \
            FROM c GROUP BY 1, 2) \
          SELECT *, round(100 * exposure / nullif(credit_limit, 0), 2) AS utilization, \
            round(scores / customers, 2) AS average_score \
          FROM sums",
    shape: Shape::Rows,
};
