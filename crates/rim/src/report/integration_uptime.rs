//! How long services of others were there, and how often they did what was asked (spec 5.12).
//! When a service was active or in error is known from the audit trail; today counts whole.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::entity::cell::Words;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::api_integration::{ApiIntegration, ApiIntegrationStatus};

pub static INTEGRATION_UPTIME: Report = Report {
    name: "integrationUptime",
    type_name: "RimIntegrationUptime",
    doc: "Hours that integrations were active and in error, and what became of calls of them.",
    permission: "rim.api_integration.report",
    over: Some(|| ApiIntegration::META),
    period: Some("by the hours that lie in these days"),
    groups: &[Group {
        name: "INTEGRATION",
        doc: "By the integration.",
        label: "i.name",
        key: Some(("i.id", || ApiIntegration::META)),
        order: None,
    }],
    figures: &[
        Figure::word(
            "status",
            "status",
            <ApiIntegrationStatus as Words>::WORDS,
            "Where it stands now.",
        ),
        Figure::number("hoursActive", "hours_active", "Hours that it was active.")
            .total("coalesce(sum(hours_active), 0.00)"),
        Figure::number("hoursInError", "hours_in_error", "Hours that it was in error.")
            .total("coalesce(sum(hours_in_error), 0.00)"),
        Figure::number(
            "uptime",
            "uptime",
            "Hours active in percent of those active and in error; null where there were none.",
        )
        .optional()
        .total("round(100 * sum(hours_active) / nullif(sum(hours_active + hours_in_error), 0), 2)"),
        Figure::count("callsAnswered", "calls_answered", "Calls of it that were answered well.")
            .total("coalesce(sum(calls_answered), 0)"),
        Figure::count("callsFailed", "calls_failed", "Calls of it that failed or stayed unclear.")
            .total("coalesce(sum(calls_failed), 0)"),
        Figure::number("successRate", "success_rate", "Calls answered well, in percent of all.")
            .optional()
            .total(
                "round(100.0 * sum(calls_answered) / nullif(sum(calls_answered + calls_failed), \
                 0), 2)",
            ),
    ],
    order: "uptime NULLS LAST, group_label",
    sql: include_str!("integration_uptime.sql"),
    shape: Shape::Rows,
};
