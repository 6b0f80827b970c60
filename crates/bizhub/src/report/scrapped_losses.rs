//! What was lost with scrapped devices (spec 6.3, 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::asset::Asset;
use crate::product_model::ProductModel;

const COST: &str = "bizhub.cost.read_sensitive";

pub static SCRAPPED_LOSSES: Report = Report {
    name: "scrappedLosses",
    type_name: "BizhubScrappedLosses",
    doc: "Devices that were written off, and what they had cost.",
    permission: "bizhub.scrapped_losses_report.read",
    over: Some(|| Asset::META),
    period: Some("by the day on which a device was scrapped"),
    groups: &[
        Group {
            name: "MODEL",
            doc: "By the model.",
            label: "m.brand || ' ' || m.model_name",
            key: Some(("m.id", || ProductModel::META)),
            order: None,
        },
        Group {
            name: "CATEGORY",
            doc: "By laptop, phone and accessory.",
            label: "m.category",
            key: None,
            order: None,
        },
        Group {
            name: "MONTH",
            doc: "By the month, such as 2026-03.",
            label: "to_char(w.day, 'YYYY-MM')",
            key: None,
            order: Some("group_label"),
        },
        Group {
            name: "SUPPLIER",
            doc: "By who they were bought from.",
            label: "w.supplier",
            key: None,
            order: None,
        },
    ],
    figures: &[
        Figure::count("units", "units", "Devices.").total("coalesce(sum(units), 0)"),
        Figure::money("loss", "loss", "What they had cost.")
            .sensitive(COST)
            .total("coalesce(sum(loss), 0.00)"),
        Figure::count(
            "unitsWithoutCost",
            "units_without_cost",
            "Devices whose cost nobody entered.",
        )
        .total("coalesce(sum(units_without_cost), 0)"),
    ],
    order: "units DESC, group_label",
    sql: "WITH scrapped AS ( \
            SELECT t.product_model_id, t.supplier, \
              coalesce(t.landed_cost, t.purchase_cost) AS cost, \
              (SELECT (max(v.created_at) AT TIME ZONE {zone})::date FROM inventory_movements v \
               WHERE v.asset_id = t.id AND v.to_status = 'Scrapped' \
                 AND v.from_status <> 'Scrapped') AS day \
            FROM assets t WHERE {rows} AND t.status = 'Scrapped') \
          SELECT {group}, count(*)::integer AS units, coalesce(sum(w.cost), 0.00) AS loss, \
            count(*) FILTER (WHERE w.cost IS NULL)::integer AS units_without_cost \
          FROM scrapped w JOIN product_models m ON m.id = w.product_model_id \
          WHERE w.day BETWEEN {from} AND {to} GROUP BY 1, 2",
    shape: Shape::Rows,
};
