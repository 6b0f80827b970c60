//! How the desk works: how many tickets, how fast, and whether its promises held (spec 5.12).
//! Times are those of the wall clock; the promises count business hours and pauses themselves.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::department::Department;
use crate::support_agent::SupportAgent;
use crate::ticket::Ticket;

pub static TICKETS: Report = Report {
    name: "tickets",
    type_name: "RimTickets",
    doc: "Tickets that were opened, how fast they were answered and resolved, and whether what \
          was promised held.",
    permission: "rim.ticket.report",
    over: Some(|| Ticket::META),
    period: Some("by the day on which a ticket was opened"),
    groups: &[
        Group {
            name: "CATEGORY",
            doc: "By what they are about.",
            label: "k.category",
            key: None,
            order: None,
        },
        Group {
            name: "AGENT",
            doc: "By who has them now; null for nobody.",
            label: "a.name",
            key: Some(("a.id", || SupportAgent::META)),
            order: None,
        },
        Group {
            name: "DEPARTMENT",
            doc: "By the department whose queue they are in; null for none.",
            label: "d.name",
            key: Some(("d.id", || Department::META)),
            order: None,
        },
        Group {
            name: "PRIORITY",
            doc: "By how much they hurry.",
            label: "k.priority",
            key: None,
            order: None,
        },
        Group {
            name: "STATUS",
            doc: "By where they stand.",
            label: "k.status",
            key: None,
            order: None,
        },
        groups::day("k.day"),
        groups::month("to_char(k.day, 'YYYY-MM')"),
    ],
    figures: &[
        Figure::count("tickets", "tickets", "Tickets that were opened.")
            .total("coalesce(sum(tickets), 0)"),
        Figure::count("answered", "answered", "Tickets of them that were answered.")
            .total("coalesce(sum(answered), 0)"),
        Figure::count("resolved", "resolved", "Tickets of them that are resolved or closed.")
            .total("coalesce(sum(resolved), 0)"),
        Figure::count("escalated", "escalated", "Tickets of them that went to a higher tier.")
            .total("coalesce(sum(escalated), 0)"),
        Figure::count("reopened", "reopened", "Tickets of them that were ever reopened.")
            .total("coalesce(sum(reopened), 0)"),
        Figure::number(
            "reopenRate",
            "reopen_rate",
            "Tickets reopened in percent of those that were ever resolved.",
        )
        .optional()
        .total("round(100.0 * sum(reopened) / nullif(sum(ever_resolved), 0), 2)"),
        Figure::number(
            "averageMinutesToFirstResponse",
            "average_minutes_to_first_response",
            "Minutes to the first answer on average.",
        )
        .optional()
        .total("round(sum(response_seconds) / nullif(sum(answered), 0) / 60, 2)"),
        Figure::number(
            "medianMinutesToFirstResponse",
            "median_minutes_to_first_response",
            "Minutes to the first answer that half of them took at most.",
        )
        .optional(),
        Figure::number(
            "averageHoursToResolution",
            "average_hours_to_resolution",
            "Hours to the resolution on average.",
        )
        .optional()
        .total("round(sum(resolution_seconds) / nullif(sum(resolved_with_time), 0) / 3600, 2)"),
        Figure::number(
            "medianHoursToResolution",
            "median_hours_to_resolution",
            "Hours to the resolution that half of them took at most.",
        )
        .optional(),
        Figure::number(
            "firstResponseInTime",
            "first_response_in_time",
            "First answers in time, in percent of those given or overdue.",
        )
        .optional()
        .total("round(100.0 * sum(response_met) / nullif(sum(response_judged), 0), 2)"),
        Figure::number(
            "resolutionInTime",
            "resolution_in_time",
            "Resolutions in time, in percent of those reached or overdue.",
        )
        .optional()
        .total("round(100.0 * sum(resolution_met) / nullif(sum(resolution_judged), 0), 2)"),
    ],
    order: "tickets DESC, group_label",
    sql: include_str!("tickets.sql"),
    shape: Shape::Rows,
};
