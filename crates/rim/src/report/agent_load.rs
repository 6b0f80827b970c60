//! What agents have to do now, and what they resolved (spec 5.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::department::Department;
use crate::support_agent::SupportAgent;

pub static AGENT_LOAD: Report = Report {
    name: "agentLoad",
    type_name: "RimAgentLoad",
    doc: "Tickets that agents have now against what they can take, and what they did.",
    permission: "rim.support_agent.report",
    over: Some(|| SupportAgent::META),
    period: Some("by the day on which a ticket was resolved or an answer was written"),
    groups: &[
        Group {
            name: "AGENT",
            doc: "By the agent.",
            label: "w.name",
            key: Some(("w.id", || SupportAgent::META)),
            order: None,
        },
        Group {
            name: "DEPARTMENT",
            doc: "By the department.",
            label: "d.name",
            key: Some(("d.id", || Department::META)),
            order: None,
        },
        Group {
            name: "TIER",
            doc: "By the tier.",
            label: "w.tier",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "STATUS",
            doc: "By available, busy and away.",
            label: "w.status",
            key: None,
            order: None,
        },
    ],
    figures: &[
        Figure::count("agents", "agents", "Agents.").total("coalesce(sum(agents), 0)"),
        Figure::count("activeTickets", "active_tickets", "Tickets that they have now.")
            .total("coalesce(sum(active_tickets), 0)"),
        Figure::count("capacity", "capacity", "Tickets that they can take.")
            .total("coalesce(sum(capacity), 0)"),
        Figure::number("loadPercent", "load_percent", "Tickets in percent of the capacity.")
            .total("round(100.0 * sum(active_tickets) / nullif(sum(capacity), 0), 2)"),
        Figure::count("resolved", "resolved", "Tickets that they resolved in these days.")
            .total("coalesce(sum(resolved), 0)"),
        Figure::count("answers", "answers", "Messages that they wrote to customers.")
            .total("coalesce(sum(answers), 0)"),
    ],
    order: "load_percent DESC, group_label",
    sql: "WITH w AS ( \
            SELECT t.*, k.resolved, m.answers FROM support_agents t \
            CROSS JOIN LATERAL (SELECT count(*) AS resolved FROM tickets k \
              WHERE k.resolved_by = t.admin_user_id AND k.status IN ('resolved', 'closed') \
                AND (k.resolved_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}) k \
            CROSS JOIN LATERAL (SELECT count(*) AS answers FROM chat_messages m \
              WHERE m.sender_admin_id = t.admin_user_id AND NOT m.internal \
                AND (m.created_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}) m \
            WHERE {rows}) \
          SELECT {group}, count(*)::integer AS agents, \
            sum(w.active_tickets)::integer AS active_tickets, sum(w.capacity)::integer AS capacity, \
            round(100.0 * sum(w.active_tickets) / sum(w.capacity), 2) AS load_percent, \
            sum(w.resolved)::integer AS resolved, sum(w.answers)::integer AS answers \
          FROM w JOIN departments d ON d.id = w.department_id GROUP BY 1, 2",
    shape: Shape::Rows,
};
