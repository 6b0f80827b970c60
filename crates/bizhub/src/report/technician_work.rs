//! How much technicians get done, and how much of it passes (spec 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::asset::Asset;
use crate::product_model::ProductModel;
use crate::user::User;

pub static TECHNICIAN_WORK: Report = Report {
    name: "technicianWork",
    type_name: "BizhubTechnicianWork",
    doc: "Tests, wipes and quality checks that technicians did, and how many devices passed.",
    permission: "bizhub.technician_work_report.read",
    over: Some(|| Asset::META),
    period: Some("by the day of the work"),
    groups: &[
        Group {
            name: "TECHNICIAN",
            doc: "By who did it.",
            label: "u.full_name",
            key: Some(("u.id", || User::META)),
            order: None,
        },
        Group {
            name: "DAY",
            doc: "By the day.",
            label: "w.day",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "MODEL",
            doc: "By the model of the device.",
            label: "m.brand || ' ' || m.model_name",
            key: Some(("m.id", || ProductModel::META)),
            order: None,
        },
    ],
    figures: &[
        Figure::count("tests", "tests", "Rounds of diagnostics.").total("coalesce(sum(tests), 0)"),
        Figure::count("passed", "passed", "Rounds that the device passed, with notes too.")
            .total("coalesce(sum(passed), 0)"),
        Figure::count("failed", "failed", "Rounds that the device failed.")
            .total("coalesce(sum(failed), 0)"),
        Figure::number("passRate", "pass_rate", "Rounds passed in percent of all.")
            .optional()
            .total("round(100.0 * sum(passed) / nullif(sum(tests), 0), 2)"),
        Figure::count("wipes", "wipes", "Devices wiped.").total("coalesce(sum(wipes), 0)"),
        Figure::count("checksPassed", "checks_passed", "Quality checks that released a device.")
            .total("coalesce(sum(checks_passed), 0)"),
        Figure::count("checksFailed", "checks_failed", "Quality checks that sent a device back.")
            .total("coalesce(sum(checks_failed), 0)"),
    ],
    order: "tests DESC, wipes DESC, group_label",
    sql: "WITH work AS ( \
            SELECT d.technician_id, t.product_model_id, d.diagnostic_date AS day, 'test' AS kind, \
              d.overall_result <> 'Fail' AS good \
            FROM diagnostics_results d JOIN assets t ON t.id = d.asset_id \
            WHERE {rows} AND {own d.technician_id} \
              AND d.diagnostic_date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT c.technician_id, t.product_model_id, c.wipe_date, 'wipe', TRUE \
            FROM wipe_certificates c JOIN assets t ON t.id = c.asset_id \
            WHERE {rows} AND {own c.technician_id} AND c.wipe_date BETWEEN {from} AND {to} \
            UNION ALL \
            SELECT v.moved_by, t.product_model_id, (v.created_at AT TIME ZONE {zone})::date, \
              'check', v.to_status = 'Ready for Sale' \
            FROM inventory_movements v JOIN assets t ON t.id = v.asset_id \
            WHERE {rows} AND {own v.moved_by} AND v.from_status = 'QC Pending' \
              AND v.to_status IN ('Ready for Sale', 'Diagnostics Pending', 'Repair Hold') \
              AND (v.created_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}) \
          SELECT {group}, count(*) FILTER (WHERE w.kind = 'test')::integer AS tests, \
            count(*) FILTER (WHERE w.kind = 'test' AND w.good)::integer AS passed, \
            count(*) FILTER (WHERE w.kind = 'test' AND NOT w.good)::integer AS failed, \
            round(100.0 * count(*) FILTER (WHERE w.kind = 'test' AND w.good) \
              / nullif(count(*) FILTER (WHERE w.kind = 'test'), 0), 2) AS pass_rate, \
            count(*) FILTER (WHERE w.kind = 'wipe')::integer AS wipes, \
            count(*) FILTER (WHERE w.kind = 'check' AND w.good)::integer AS checks_passed, \
            count(*) FILTER (WHERE w.kind = 'check' AND NOT w.good)::integer AS checks_failed \
          FROM work w JOIN product_models m ON m.id = w.product_model_id \
          LEFT JOIN users u ON u.id = w.technician_id GROUP BY 1, 2",
    shape: Shape::Rows,
};
