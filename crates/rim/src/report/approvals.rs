//! Agreements by the rules against those by people, and how their loans went (spec 5.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::admin_user::AdminUser;
use crate::loan::Loan;

pub static APPROVALS: Report = Report {
    name: "approvals",
    type_name: "RimApprovals",
    doc: "Agreements to loans, by the rules and by people, and how these loans went.",
    permission: "rim.loan.report",
    over: Some(|| Loan::META),
    period: Some("by the day on which a loan was agreed to"),
    groups: &[
        Group {
            name: "HOW",
            doc: "By whether the rules or a person agreed: automatic or manual.",
            label: "CASE WHEN l.auto_approved THEN 'automatic' ELSE 'manual' END",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "OFFICER",
            doc: "By who agreed; null for the rules.",
            label: "a.username",
            key: Some(("a.id", || AdminUser::META)),
            order: None,
        },
        groups::month("to_char(l.day, 'YYYY-MM')"),
    ],
    figures: &[
        Figure::count("approved", "approved", "Loans that were agreed to.")
            .total("coalesce(sum(approved), 0)"),
        Figure::money("amount", "amount", "What was agreed to be lent.")
            .total("coalesce(sum(amount), 0.00)"),
        Figure::count("automatic", "automatic", "Loans of them that the rules agreed to.")
            .total("coalesce(sum(automatic), 0)"),
        Figure::count("disbursed", "disbursed", "Loans of them that were paid out.")
            .total("coalesce(sum(disbursed), 0)"),
        Figure::count("completed", "completed", "Loans of them that are paid back.")
            .total("coalesce(sum(completed), 0)"),
        Figure::count("defaulted", "defaulted", "Loans of them that were ever given up.")
            .total("coalesce(sum(defaulted), 0)"),
        Figure::number(
            "defaultRate",
            "default_rate",
            "Loans given up in percent of those paid out.",
        )
        .optional()
        .total("round(100.0 * sum(defaulted) / nullif(sum(disbursed), 0), 2)"),
        Figure::number("averageHours", "average_hours", "Hours that they took on average.")
            .total("round(sum(seconds) / nullif(sum(approved), 0) / 3600, 2)"),
    ],
    order: "approved DESC, group_label",
    sql: "WITH l AS ( \
            SELECT t.*, (t.approved_at AT TIME ZONE {zone})::date AS day FROM loans t \
            WHERE {rows} AND (t.approved_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}), \
          sums AS ( \
            SELECT {group}, count(*)::integer AS approved, sum(l.amount) AS amount, \
              count(*) FILTER (WHERE l.auto_approved)::integer AS automatic, \
              count(l.disbursed_at)::integer AS disbursed, \
              count(*) FILTER (WHERE l.status = 'completed')::integer AS completed, \
              count(l.defaulted_at)::integer AS defaulted, \
              sum(extract(epoch FROM l.approved_at - l.created_at)) AS seconds \
            FROM l LEFT JOIN admin_users a ON a.id = l.approved_by GROUP BY 1, 2) \
          SELECT *, round(100.0 * defaulted / nullif(disbursed, 0), 2) AS default_rate, \
            round(seconds / approved / 3600, 2) AS average_hours \
          FROM sums",
    shape: Shape::Rows,
};
