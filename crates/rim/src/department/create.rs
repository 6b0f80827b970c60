//! A new desk of the support (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{Department, tier};

/// What the desk is.
#[derive(InputObject)]
#[graphql(name = "RimDepartmentCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 100 characters.
    pub name: String,
    /// What it answers; at most 500 characters.
    pub description: String,
    /// 1, 2 or 3: how hard the cases are.
    pub tier: i32,
}

mutation! {
    /// Adds a desk of the support.
    pub CREATE = "rimDepartmentCreate"(Create) -> Department,
    permission "rim.department.create" => create
}

/// Adds a desk (spec 5.7).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Department> {
    let sets = vec![
        Department::NAME.to(tx.text(&input.name, "name", 100)),
        Department::DESCRIPTION.to(tx.text(&input.description, "description", 500)),
        Department::TIER.to(tier(tx, input.tier, "tier")),
        Department::AGENT_COUNT.to(0),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
