//! A desk without agents and without tickets can be deleted (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::Department;
use crate::canned_reply::CannedReply;
use crate::support_agent::SupportAgent;
use crate::ticket::Ticket;

/// Which desk to delete.
#[derive(InputObject)]
#[graphql(name = "RimDepartmentDeleteInput")]
pub struct Delete {
    /// The desk.
    pub department_id: Id<Department>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes a desk that nobody works at and that has no tickets.
    pub DELETE = "rimDepartmentDelete"(Delete),
    permission "rim.department.delete"
    also [("deletedId", "The desk that was deleted.", "ID")] => delete
}

/// Deletes a desk (spec 5.7).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.department_id, "departmentId");
    let department: Department = tx.lock_version(id, field, input.expected_version).await?;
    let kind = |meta, name| Dependants { meta, column: "department_id", name, only: "" };
    let kinds = [
        kind(SupportAgent::META, "name"),
        kind(Ticket::META, "ticket_number"),
        kind(CannedReply::META, "name"),
    ];
    tx.refuse_dependants(&department, field, &kinds).await?;
    tx.settle()?;
    tx.delete(&department).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
