//! An agent who never had a ticket can be deleted; the others stay, since history names them
//! (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::{Dependants, Fault, Tx};
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::SupportAgent;
use crate::department::Department;
use crate::ticket::Ticket;

/// Which agent to delete.
#[derive(InputObject)]
#[graphql(name = "RimSupportAgentDeleteInput")]
pub struct Delete {
    /// The agent.
    pub support_agent_id: Id<SupportAgent>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes an agent who never had a ticket.
    pub DELETE = "rimSupportAgentDelete"(Delete),
    permission "rim.support_agent.delete"
    also [("deletedId", "The agent that was deleted.", "ID")] => delete
}

/// Deletes an agent; its desk counts one less (spec 5.7).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.support_agent_id, "supportAgentId");
    let found: SupportAgent = tx.read(id, field).await?;
    let department: Department = tx.get_locked(found.department_id).await?;
    let agent: SupportAgent = tx.lock_version(id, field, input.expected_version).await?;
    if agent.department_id != department.id {
        return Err(Fault::Retry.into());
    }
    let tickets =
        |column| Dependants { meta: Ticket::META, column, name: "ticket_number", only: "" };
    let kinds = [tickets("assigned_to"), tickets("escalated_to")];
    tx.refuse_dependants(&agent, field, &kinds).await?;
    tx.settle()?;
    tx.delete(&agent).await?;
    let count = Department::AGENT_COUNT.to(department.agent_count - 1);
    tx.amend(&department, vec![count]).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
