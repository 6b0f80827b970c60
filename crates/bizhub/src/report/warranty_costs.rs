//! What warranties cost the shop (spec 6.9, 6.12).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::{Figure, Group, Report, Shape};

use crate::product_model::ProductModel;
use crate::warranty_claim::WarrantyClaim;

const COST: &str = "bizhub.cost.read_sensitive";

pub static WARRANTY_COSTS: Report = Report {
    name: "warrantyCosts",
    type_name: "BizhubWarrantyCosts",
    doc: "Warranty claims that ended, and what they cost.",
    permission: "bizhub.warranty_costs_report.read",
    over: Some(|| WarrantyClaim::META),
    period: Some("by the day on which a claim ended"),
    groups: &[
        Group {
            name: "MODEL",
            doc: "By the model under warranty.",
            label: "m.brand || ' ' || m.model_name",
            key: Some(("m.id", || ProductModel::META)),
            order: None,
        },
        Group {
            name: "OUTCOME",
            doc: "By how they ended.",
            label: "t.outcome",
            key: None,
            order: None,
        },
        Group {
            name: "TIER",
            doc: "By the tier of the warranty.",
            label: "w.warranty_tier",
            key: None,
            order: None,
        },
        Group {
            name: "MONTH",
            doc: "By the month, such as 2026-03.",
            label: "to_char(t.outcome_date, 'YYYY-MM')",
            key: None,
            order: Some("group_label"),
        },
    ],
    figures: &[
        Figure::count("claims", "claims", "Claims that ended.").total("coalesce(sum(claims), 0)"),
        Figure::count("denied", "denied", "Claims of them that were denied.")
            .total("coalesce(sum(denied), 0)"),
        Figure::money("laborCost", "labor_cost", "What their repairs cost in labour.")
            .total("coalesce(sum(labor_cost), 0.00)"),
        Figure::money("partsCost", "parts_cost", "What their repairs cost in parts.")
            .sensitive(COST)
            .total("coalesce(sum(parts_cost), 0.00)"),
        Figure::money(
            "replacementCost",
            "replacement_cost",
            "What devices given in their place had \
                       cost; those taken back are not set against it.",
        )
        .sensitive(COST)
        .total("coalesce(sum(replacement_cost), 0.00)"),
        Figure::money("refunded", "refunded", "What was paid back.")
            .total("coalesce(sum(refunded), 0.00)"),
        Figure::money("totalCost", "total_cost", "All of it.")
            .sensitive(COST)
            .total("coalesce(sum(total_cost), 0.00)"),
    ],
    order: "claims DESC, group_label",
    sql: "WITH sums AS ( \
            SELECT {group}, count(*)::integer AS claims, \
              count(*) FILTER (WHERE t.outcome = 'Denied')::integer AS denied, \
              sum(t.labor_cost) AS labor_cost, sum(t.parts_cost) AS parts_cost, \
              coalesce(sum(coalesce(a.landed_cost, a.purchase_cost)), 0.00) AS replacement_cost, \
              coalesce(sum(r.total_amount), 0.00) AS refunded \
            FROM warranty_claims t JOIN warranties w ON w.id = t.warranty_id \
            LEFT JOIN assets d ON d.id = w.asset_id \
            LEFT JOIN product_models m ON m.id = d.product_model_id \
            LEFT JOIN assets a ON a.id = t.replacement_asset_id \
            LEFT JOIN refunds r ON r.id = t.refund_id AND r.status = 'completed' \
            WHERE {rows} AND t.outcome_date BETWEEN {from} AND {to} GROUP BY 1, 2) \
          SELECT *, labor_cost + parts_cost + replacement_cost + refunded AS total_cost FROM sums",
    shape: Shape::Rows,
};
