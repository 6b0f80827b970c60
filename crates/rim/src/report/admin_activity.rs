//! What administrators did (spec 5.12), from the trail that keeps it (spec 1.8.3).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use super::groups;
use crate::admin_activity_log::AdminActivityLog;
use crate::admin_user::AdminUser;

pub static ADMIN_ACTIVITY: Report = Report {
    name: "adminActivity",
    type_name: "RimAdminActivity",
    doc: "What administrators did: changes, exports, looks at what is sensitive, refused attempts.",
    permission: "rim.admin_activity_log.report",
    over: Some(|| AdminActivityLog::META),
    period: Some("by the day on which they did it"),
    groups: &[
        Group {
            name: "ADMIN",
            doc: "By who did it.",
            label: "l.username",
            key: Some(("l.admin_id", || AdminUser::META)),
            order: None,
        },
        Group {
            name: "ACTION",
            doc: "By what was done.",
            label: "l.action",
            key: None,
            order: None,
        },
        Group {
            name: "RESOURCE",
            doc: "By what it was done to.",
            label: "l.resource",
            key: None,
            order: None,
        },
        groups::day("l.day"),
    ],
    figures: &[
        Figure::count("entries", "entries", "Entries of the log.")
            .total("coalesce(sum(entries), 0)"),
        Figure::count("changes", "changes", "Rows that were added, changed or removed.")
            .total("coalesce(sum(changes), 0)"),
        Figure::count("exports", "exports", "Lists that were exported.")
            .total("coalesce(sum(exports), 0)"),
        Figure::count("sensitiveReads", "sensitive_reads", "Looks at what is sensitive.")
            .total("coalesce(sum(sensitive_reads), 0)"),
        Figure::count("denied", "denied", "Attempts at what the role does not allow.")
            .total("coalesce(sum(denied), 0)"),
        Figure::date("lastDay", "last_day", "The day of the last entry.").total("max(last_day)"),
    ],
    order: "entries DESC, group_label",
    sql: "WITH l AS ( \
            SELECT t.admin_id, t.action, t.resource, coalesce(u.username, t.admin_name) AS username, \
              (t.timestamp AT TIME ZONE {zone})::date AS day \
            FROM admin_activity_logs t LEFT JOIN admin_users u ON u.id = t.admin_id \
            WHERE {rows} AND (t.timestamp AT TIME ZONE {zone})::date BETWEEN {from} AND {to}) \
          SELECT {group}, count(*)::integer AS entries, \
            count(*) FILTER (WHERE l.resource LIKE 'Rim%' \
              AND l.action NOT IN ('read_sensitive', 'export', 'denied'))::integer AS changes, \
            count(*) FILTER (WHERE l.action = 'export')::integer AS exports, \
            count(*) FILTER (WHERE l.action = 'read_sensitive')::integer AS sensitive_reads, \
            count(*) FILTER (WHERE l.action = 'denied')::integer AS denied, \
            max(l.day) AS last_day \
          FROM l GROUP BY 1, 2",
    shape: Shape::Rows,
};
