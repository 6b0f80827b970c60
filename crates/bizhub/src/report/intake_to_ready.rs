//! How long a device takes from the bench to the shelf (spec 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::asset::Asset;
use crate::product_model::ProductModel;

pub static INTAKE_TO_READY: Report = Report {
    name: "intakeToReady",
    type_name: "BizhubIntakeToReady",
    doc: "How long devices took from the start of their intake until they were ready for sale.",
    permission: "bizhub.intake_to_ready_report.read",
    over: Some(|| Asset::META),
    period: Some("by the day on which a device was ready"),
    groups: &[
        Group {
            name: "CATEGORY",
            doc: "By laptop, phone and accessory.",
            label: "m.category",
            key: None,
            order: None,
        },
        Group {
            name: "MODEL",
            doc: "By the model.",
            label: "m.brand || ' ' || m.model_name",
            key: Some(("m.id", || ProductModel::META)),
            order: None,
        },
        Group {
            name: "DAY",
            doc: "By the day on which they were ready.",
            label: "w.day",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "MONTH",
            doc: "By the month in which they were ready, such as 2026-03.",
            label: "to_char(w.day, 'YYYY-MM')",
            key: None,
            order: Some("group_label"),
        },
    ],
    figures: &[
        Figure::count("devices", "devices", "Devices that became ready.")
            .total("coalesce(sum(devices), 0)"),
        Figure::number("averageDays", "average_days", "Days that they took on average.")
            .total("round(sum(average_days * devices) / nullif(sum(devices), 0), 2)"),
        Figure::number("medianDays", "median_days", "Days that half of them took at most."),
        Figure::number("fastestDays", "fastest_days", "Days that the fastest took.")
            .total("min(fastest_days)"),
        Figure::number("slowestDays", "slowest_days", "Days that the slowest took.")
            .total("max(slowest_days)"),
    ],
    order: "devices DESC, group_label",
    sql: "WITH ready AS ( \
            SELECT t.product_model_id, (v.created_at AT TIME ZONE {zone})::date AS day, \
              extract(epoch FROM v.created_at - b.began_at) / 86400 AS days \
            FROM inventory_movements v JOIN assets t ON t.id = v.asset_id \
            CROSS JOIN LATERAL ( \
              SELECT s.created_at AS began_at FROM inventory_movements s \
              WHERE s.asset_id = t.id AND s.id < v.id AND s.to_status = 'Diagnostics Pending' \
                AND s.from_status IN ('Received', 'Returned') \
              ORDER BY s.id DESC LIMIT 1) b \
            WHERE {rows} AND v.from_status = 'QC Pending' AND v.to_status = 'Ready for Sale' \
              AND (v.created_at AT TIME ZONE {zone})::date BETWEEN {from} AND {to}) \
          SELECT {group}, count(*)::integer AS devices, round(avg(w.days), 2) AS average_days, \
            round((percentile_cont(0.5) WITHIN GROUP (ORDER BY w.days))::numeric, 2) \
              AS median_days, \
            round(min(w.days), 2) AS fastest_days, round(max(w.days), 2) AS slowest_days \
          FROM ready w JOIN product_models m ON m.id = w.product_model_id GROUP BY 1, 2",
    shape: Shape::Rows,
};
