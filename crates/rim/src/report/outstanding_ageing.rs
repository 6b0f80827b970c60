//! What is out today, by how late it is (spec 5.12, 1.4.4): a loan is late from the day after the
//! one it was due on.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::loan::Loan;
use crate::user::User;

pub static OUTSTANDING_AGEING: Report = Report {
    name: "outstandingAgeing",
    type_name: "RimOutstandingAgeing",
    doc: "What customers owe today, by how many days it is late.",
    permission: "rim.loan.report",
    over: Some(|| Loan::META),
    period: None,
    groups: &[
        Group {
            name: "AGE",
            doc: "By the days that it is late.",
            label: "CASE WHEN a.late <= 0 THEN 'not due' WHEN a.late <= 30 THEN '1-30 days' \
                    WHEN a.late <= 60 THEN '31-60 days' WHEN a.late <= 90 THEN '61-90 days' \
                    ELSE 'over 90 days' END",
            key: None,
            order: Some("least_late"),
        },
        groups::network("a.network"),
        Group {
            name: "STATUS",
            doc: "By where the loans stand.",
            label: "a.status",
            key: None,
            order: None,
        },
        groups::PRODUCT,
        Group {
            name: "CUSTOMER",
            doc: "By who owes it, by the customer's business number.",
            label: "u.user_id",
            key: Some(("u.id", || User::META)),
            order: None,
        },
    ],
    figures: &[
        Figure::count("loans", "loans", "Loans that are out.").total("coalesce(sum(loans), 0)"),
        Figure::money("outstanding", "outstanding", "What is due on them.")
            .total("coalesce(sum(outstanding), 0.00)"),
        Figure::money("notDue", "not_due", "What of it is not late.")
            .total("coalesce(sum(not_due), 0.00)"),
        Figure::money("days1To30", "days_1_to_30", "What is up to 30 days late.")
            .total("coalesce(sum(days_1_to_30), 0.00)"),
        Figure::money("days31To60", "days_31_to_60", "What is 31 to 60 days late.")
            .total("coalesce(sum(days_31_to_60), 0.00)"),
        Figure::money("days61To90", "days_61_to_90", "What is 61 to 90 days late.")
            .total("coalesce(sum(days_61_to_90), 0.00)"),
        Figure::money("over90Days", "over_90_days", "What is more than 90 days late.")
            .total("coalesce(sum(over_90_days), 0.00)"),
        Figure::count("mostDaysLate", "most_days_late", "Days that the latest is late.")
            .total("coalesce(max(most_days_late), 0)"),
    ],
    order: "outstanding DESC, group_label",
    sql: "WITH aged AS ( \
            SELECT t.status, t.network, t.user_id, t.loan_product_id, t.outstanding_amount AS due, \
              current_setting('bizgraph.business_date')::date \
                - (t.due_date AT TIME ZONE {zone})::date AS late \
            FROM loans t WHERE {rows} AND t.status IN ('disbursed', 'repaying', 'defaulted')) \
          SELECT {group}, count(*)::integer AS loans, sum(a.due) AS outstanding, \
            coalesce(sum(a.due) FILTER (WHERE a.late <= 0), 0.00) AS not_due, \
            coalesce(sum(a.due) FILTER (WHERE a.late BETWEEN 1 AND 30), 0.00) AS days_1_to_30, \
            coalesce(sum(a.due) FILTER (WHERE a.late BETWEEN 31 AND 60), 0.00) AS days_31_to_60, \
            coalesce(sum(a.due) FILTER (WHERE a.late BETWEEN 61 AND 90), 0.00) AS days_61_to_90, \
            coalesce(sum(a.due) FILTER (WHERE a.late > 90), 0.00) AS over_90_days, \
            greatest(max(a.late), 0) AS most_days_late, min(a.late) AS least_late \
          FROM aged a JOIN users u ON u.id = a.user_id \
          LEFT JOIN loan_products p ON p.id = a.loan_product_id GROUP BY 1, 2",
    shape: Shape::Rows,
};
