//! What is to be bought again (spec 6.4, 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Report, Shape};

use crate::bulk_stock::BulkStock;

pub static LOW_STOCK: Report = Report {
    name: "lowStock",
    type_name: "BizhubLowStock",
    doc: "Bulk items of which there are fewer than their threshold.",
    permission: "bizhub.low_stock_report.read",
    over: Some(|| BulkStock::META),
    period: None,
    groups: &[],
    figures: &[
        Figure::id("bulkStockId", "id", || BulkStock::META, "The item."),
        Figure::text("sku", "sku", "Its number."),
        Figure::text("itemName", "item_name", "What it is called."),
        Figure::text("category", "category", "Its category."),
        Figure::text("supplier", "supplier", "Who it was bought from.").optional(),
        Figure::count("quantity", "quantity", "Pieces that are there.")
            .total("coalesce(sum(quantity), 0)"),
        Figure::count("available", "available", "Pieces that nobody holds.")
            .total("coalesce(sum(available), 0)"),
        Figure::count(
            "reorderThreshold",
            "reorder_threshold",
            "How many there should be at least.",
        ),
        Figure::count("missing", "missing", "How many are missing to the threshold.")
            .total("coalesce(sum(missing), 0)"),
    ],
    order: "missing DESC, sku",
    sql: "SELECT t.id, t.sku, t.item_name, t.category, t.supplier, t.quantity, \
            t.quantity - t.reserved AS available, t.reorder_threshold, \
            t.reorder_threshold - t.quantity AS missing \
          FROM bulk_stock t WHERE {rows} AND t.quantity < t.reorder_threshold",
    shape: Shape::Rows,
};
