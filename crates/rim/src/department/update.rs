//! A desk is renamed, described anew or given other cases (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{Department, tier};

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimDepartmentUpdateInput")]
pub struct Update {
    /// The desk.
    pub department_id: Id<Department>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called; unique, at most 100 characters.
    pub name: Option<String>,
    /// What it answers; at most 500 characters.
    pub description: Option<String>,
    /// 1, 2 or 3: how hard the cases are.
    pub tier: Option<i32>,
}

mutation! {
    /// Changes a desk of the support.
    pub UPDATE = "rimDepartmentUpdate"(Update) -> Department,
    permission "rim.department.update" => update
}

/// Changes a desk (spec 5.7).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<Department> {
    let (id, field) = (&input.department_id, "departmentId");
    let department = tx.lock_version(id, field, input.expected_version).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.name {
        sets.push(Department::NAME.to(tx.text(&name, "name", 100)));
    }
    if let Some(text) = input.description {
        sets.push(Department::DESCRIPTION.to(tx.text(&text, "description", 500)));
    }
    if let Some(wanted) = input.tier {
        sets.push(Department::TIER.to(tier(tx, wanted, "tier")));
    }
    tx.settle()?;
    tx.update(&department, sets).await
}
