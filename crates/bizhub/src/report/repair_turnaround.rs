//! How long repairs take (spec 6.10, 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::repair_ticket::RepairTicket;
use crate::user::User;

pub static REPAIR_TURNAROUND: Report = Report {
    name: "repairTurnaround",
    type_name: "BizhubRepairTurnaround",
    doc: "Repairs that were closed, and the days from taking them in to closing them.",
    permission: "bizhub.repair_turnaround_report.read",
    over: Some(|| RepairTicket::META),
    period: Some("by the day on which a repair was closed"),
    groups: &[
        Group {
            name: "TECHNICIAN",
            doc: "By whose work it was; null where nobody took it on.",
            label: "u.full_name",
            key: Some(("u.id", || User::META)),
            order: None,
        },
        Group {
            name: "ISSUE_TYPE",
            doc: "By what was wrong.",
            label: "t.issue_type",
            key: None,
            order: None,
        },
        Group {
            name: "OUTCOME",
            doc: "By how they ended.",
            label: "t.outcome",
            key: None,
            order: None,
        },
        Group {
            name: "MONTH",
            doc: "By the month, such as 2026-03.",
            label: "to_char(t.closed_date, 'YYYY-MM')",
            key: None,
            order: Some("group_label"),
        },
    ],
    figures: &[
        Figure::count("repairs", "repairs", "Repairs that were closed.")
            .total("coalesce(sum(repairs), 0)"),
        Figure::count("unable", "unable", "Repairs of them that did not succeed.")
            .total("coalesce(sum(unable), 0)"),
        Figure::number("averageDays", "average_days", "Days that they took on average.")
            .total("round(sum(average_days * repairs) / nullif(sum(repairs), 0), 2)"),
        Figure::number("medianDays", "median_days", "Days that half of them took at most."),
        Figure::count("slowestDays", "slowest_days", "Days that the slowest took.")
            .total("coalesce(max(slowest_days), 0)"),
        Figure::money("laborCost", "labor_cost", "What their labour is worth.")
            .total("coalesce(sum(labor_cost), 0.00)"),
        Figure::money("partsCost", "parts_cost", "What their parts cost the shop.")
            .sensitive("bizhub.cost.read_sensitive")
            .total("coalesce(sum(parts_cost), 0.00)"),
    ],
    order: "repairs DESC, group_label",
    sql: "SELECT {group}, count(*)::integer AS repairs, \
            count(*) FILTER (WHERE t.outcome = 'Unable')::integer AS unable, \
            round(avg(t.closed_date - t.opened_date), 2) AS average_days, \
            round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t.closed_date - t.opened_date)) \
              ::numeric, 2) AS median_days, \
            max(t.closed_date - t.opened_date) AS slowest_days, \
            sum(t.labor_cost) AS labor_cost, sum(t.parts_cost) AS parts_cost \
          FROM repair_tickets t LEFT JOIN users u ON u.id = t.assigned_to \
          WHERE {rows} AND {own t.assigned_to} AND t.status = 'Closed' \
            AND t.closed_date BETWEEN {from} AND {to} \
          GROUP BY 1, 2",
    shape: Shape::Rows,
};
