//! What lies in the house and what it cost (spec 6.12): devices, and bulk stock.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::asset::Asset;
use crate::bulk_stock::BulkStock;
use crate::location::Location;
use crate::product_model::ProductModel;

const COST: &str = "bizhub.cost.read_sensitive";

pub static STOCK_VALUE: Report = Report {
    name: "stockValue",
    type_name: "BizhubStockValue",
    doc: "Devices in the house at their landed cost, or else their purchase cost. What is sold or \
          scrapped is not there any more.",
    permission: "bizhub.stock_value_report.read",
    over: Some(|| Asset::META),
    period: None,
    groups: &[
        Group {
            name: "STATUS",
            doc: "By where they stand.",
            label: "t.status",
            key: None,
            order: None,
        },
        Group {
            name: "MODEL",
            doc: "By their model.",
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
            name: "LOCATION",
            doc: "By where they lie.",
            label: "o.location_name",
            key: Some(("o.id", || Location::META)),
            order: None,
        },
        Group {
            name: "GRADE",
            doc: "By their grade; null for those that have none yet.",
            label: "t.condition_grade",
            key: None,
            order: Some("group_label"),
        },
    ],
    figures: &[
        Figure::count("units", "units", "Devices.").total("coalesce(sum(units), 0)"),
        Figure::money("landedCost", "landed_cost", "What they cost.")
            .sensitive(COST)
            .total("coalesce(sum(landed_cost), 0.00)"),
        Figure::count(
            "unitsWithoutCost",
            "units_without_cost",
            "Devices whose cost nobody entered.",
        )
        .total("coalesce(sum(units_without_cost), 0)"),
        Figure::money(
            "listValue",
            "list_value",
            "What they sell for by model and grade; those \
                       without a grade count nothing.",
        )
        .total("coalesce(sum(list_value), 0.00)"),
    ],
    order: "units DESC, group_label",
    sql: "SELECT {group}, count(*)::integer AS units, \
            coalesce(sum(coalesce(t.landed_cost, t.purchase_cost)), 0.00) AS landed_cost, \
            count(*) FILTER (WHERE coalesce(t.landed_cost, t.purchase_cost) IS NULL)::integer \
              AS units_without_cost, \
            coalesce(sum(CASE t.condition_grade WHEN 'A' THEN m.default_price_grade_a \
              WHEN 'B' THEN m.default_price_grade_b WHEN 'C' THEN m.default_price_grade_c END), \
              0.00) AS list_value \
          FROM assets t JOIN product_models m ON m.id = t.product_model_id \
          LEFT JOIN locations o ON o.id = t.location_id \
          WHERE {rows} AND t.status NOT IN ('Sold', 'Scrapped') GROUP BY 1, 2",
    shape: Shape::Rows,
};

pub static BULK_STOCK_VALUE: Report = Report {
    name: "bulkStockValue",
    type_name: "BizhubBulkStockValue",
    doc: "Bulk stock in the house at its average cost.",
    permission: "bizhub.bulk_stock_value_report.read",
    over: Some(|| BulkStock::META),
    period: None,
    groups: &[
        Group {
            name: "CATEGORY",
            doc: "By their category.",
            label: "t.category",
            key: None,
            order: None,
        },
        Group {
            name: "ITEM",
            doc: "By the item.",
            label: "t.item_name",
            key: Some(("t.id", || BulkStock::META)),
            order: None,
        },
        Group {
            name: "LOCATION",
            doc: "By where they lie.",
            label: "o.location_name",
            key: Some(("o.id", || Location::META)),
            order: None,
        },
    ],
    figures: &[
        Figure::count("pieces", "pieces", "Pieces.").total("coalesce(sum(pieces), 0)"),
        Figure::count("reserved", "reserved", "Pieces of them that drafts and sent invoices hold.")
            .total("coalesce(sum(reserved), 0)"),
        Figure::money("cost", "cost", "What they cost.")
            .sensitive(COST)
            .total("coalesce(sum(cost), 0.00)"),
        Figure::count(
            "piecesWithoutCost",
            "pieces_without_cost",
            "Pieces whose cost nobody entered.",
        )
        .total("coalesce(sum(pieces_without_cost), 0)"),
        Figure::money("listValue", "list_value", "What they sell for.")
            .total("coalesce(sum(list_value), 0.00)"),
    ],
    order: "pieces DESC, group_label",
    sql: "SELECT {group}, sum(t.quantity)::integer AS pieces, sum(t.reserved)::integer AS reserved, \
            coalesce(sum(t.quantity * t.unit_cost), 0.00) AS cost, \
            coalesce(sum(t.quantity) FILTER (WHERE t.unit_cost IS NULL), 0)::integer \
              AS pieces_without_cost, \
            coalesce(sum(t.quantity * t.unit_price), 0.00) AS list_value \
          FROM bulk_stock t LEFT JOIN locations o ON o.id = t.location_id \
          WHERE {rows} GROUP BY 1, 2",
    shape: Shape::Rows,
};
