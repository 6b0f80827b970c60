//! Ways of grouping that many reports have.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::report::Group;

use crate::loan_product::LoanProduct;

/// By the day that this date is.
pub const fn day(label: &'static str) -> Group {
    Group { name: "DAY", doc: "By the day.", label, key: None, order: Some("group_label") }
}

/// By the month, from its text.
pub const fn month(label: &'static str) -> Group {
    let doc = "By the month, such as 2026-03.";
    Group { name: "MONTH", doc, label, key: None, order: Some("group_label") }
}

/// By the telecom network.
pub const fn network(label: &'static str) -> Group {
    Group { name: "NETWORK", doc: "By the network.", label, key: None, order: None }
}

/// By the terms that a loan was asked for on; their table is `p`.
pub const PRODUCT: Group = Group {
    name: "PRODUCT",
    doc: "By the loan product; null for loans on the tenant's own terms.",
    label: "p.name",
    key: Some(("p.id", || LoanProduct::META)),
    order: None,
};
