//! How many of those that broadcasts were written to were reached (spec 5.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::broadcast_message::BroadcastMessage;

pub static BROADCAST_DELIVERY: Report = Report {
    name: "broadcastDelivery",
    type_name: "RimBroadcastDelivery",
    doc: "Messages of broadcasts, one a customer and channel, and what became of them.",
    permission: "rim.broadcast_message.report",
    over: Some(|| BroadcastMessage::META),
    period: Some("by the day on which a broadcast was sent"),
    groups: &[
        Group {
            name: "BROADCAST",
            doc: "By the broadcast.",
            label: "s.title",
            key: Some(("s.id", || BroadcastMessage::META)),
            order: None,
        },
        Group {
            name: "CHANNEL",
            doc: "By SMS and email.",
            label: "s.channel",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "AUDIENCE",
            doc: "By whom they were for.",
            label: "s.target_audience",
            key: None,
            order: None,
        },
        groups::day("s.day"),
        groups::month("to_char(s.day, 'YYYY-MM')"),
    ],
    figures: &[
        Figure::count("messages", "messages", "Messages to be sent.")
            .total("coalesce(sum(messages), 0)"),
        Figure::count("waiting", "waiting", "Messages that wait.")
            .total("coalesce(sum(waiting), 0)"),
        Figure::count("sent", "sent", "Messages that left, delivered ones too.")
            .total("coalesce(sum(sent), 0)"),
        Figure::count("delivered", "delivered", "Messages whose arrival was reported.")
            .total("coalesce(sum(delivered), 0)"),
        Figure::count("failed", "failed", "Messages that failed.")
            .total("coalesce(sum(failed), 0)"),
        Figure::number("sentRate", "sent_rate", "Messages that left, in percent of all.")
            .optional()
            .total("round(100.0 * sum(sent) / nullif(sum(messages), 0), 2)"),
    ],
    order: "messages DESC, group_label",
    sql: "WITH s AS ( \
            SELECT t.id, t.title, t.target_audience, r.channel, r.status, \
              (coalesce(t.sent_at, t.updated_at) AT TIME ZONE {zone})::date AS day \
            FROM broadcast_messages t JOIN broadcast_recipients r ON r.broadcast_message_id = t.id \
            WHERE {rows}) \
          SELECT {group}, count(*)::integer AS messages, \
            count(*) FILTER (WHERE s.status = 'pending')::integer AS waiting, \
            count(*) FILTER (WHERE s.status IN ('sent', 'delivered'))::integer AS sent, \
            count(*) FILTER (WHERE s.status = 'delivered')::integer AS delivered, \
            count(*) FILTER (WHERE s.status = 'failed')::integer AS failed, \
            round(100.0 * count(*) FILTER (WHERE s.status IN ('sent', 'delivered')) / count(*), 2) \
              AS sent_rate \
          FROM s WHERE s.day BETWEEN {from} AND {to} GROUP BY 1, 2",
    shape: Shape::Rows,
};
