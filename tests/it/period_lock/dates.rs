//! Every entity with money or a day says by which day a lock holds it, or stands here with why
//! none does.

use std::collections::BTreeSet;

use bizgraph::schema::MODULES;
use bizgraph_kernel::entity::{Kind, Meta};

/// Entities without a business date, by the reason.
const WITHOUT: &[(&str, &[&str])] = &[
    // What they are at present; that is of no day.
    ("present", &["product_models", "bulk_stock", "loan_products", "users", "calendar_holidays"]),
    // Parts of a row that has a day, and written with it.
    (
        "part",
        &["invoice_lines", "refund_lines", "refund_tenders", "cash_drawer_counts", "repair_parts"],
    ),
    // Of the moment at which they are written, and never changed.
    ("moment", &["bulk_stock_movements", "price_changes", "credit_limit_changes"]),
    // A promise from day to day that moves no money, and a wish whose payments have their days.
    ("promise", &["warranties", "preorders"]),
    // The lock itself, and what the server tells of its own work.
    ("own", &["period_locks", "audit_entries", "job_runs"]),
];

fn has_day(meta: &Meta) -> bool {
    meta.money || meta.columns.iter().any(|column| matches!(column.kind, Kind::Date))
}

#[test]
fn every_entity_with_money_or_a_day_is_held_by_one_or_says_why_not() {
    let without: BTreeSet<&str> = WITHOUT.iter().flat_map(|(_, tables)| *tables).copied().collect();
    let platform = bizgraph_kernel::schema::PLATFORM_ENTITIES;
    let all = MODULES.iter().flat_map(|module| module.entities).chain(platform);
    let mut seen = BTreeSet::new();
    for meta in all.filter(|meta| !meta.view) {
        if !meta.periods.is_empty() {
            assert!(!without.contains(meta.table), "{} is held and excused", meta.table);
        } else if has_day(meta) {
            assert!(without.contains(meta.table), "{}: by which day is it held?", meta.table);
            seen.insert(meta.table);
        }
    }
    assert_eq!(seen, without, "who is excused exists");
}

#[test]
fn what_is_held_keeps_its_day_and_is_held_by_a_day() {
    let all = MODULES.iter().flat_map(|module| module.entities);
    for (meta, period) in all.flat_map(|meta| meta.periods.iter().map(move |it| (meta, it))) {
        let column = &meta.columns[period.column];
        assert!(
            matches!(column.kind, Kind::Date | Kind::Instant),
            "{} {}",
            meta.table,
            column.name
        );
        assert!(period.keeps.contains(&period.column), "{} {}", meta.table, column.name);
    }
}
