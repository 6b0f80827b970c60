//! A ticket is given to an agent, to a desk, or to both (spec 5.7, 5.13). With a desk alone its
//! agents take from there. An agent who takes it begins with it.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::assignment::{AssignmentRefused, check, give};
use super::hold::{Held, Which, hold, the_acting};
use super::{LEAD, Ticket, TicketStatus, machine};
use crate::department::Department;
use crate::support_agent::SupportAgent;

/// Which ticket goes to whom.
#[derive(InputObject)]
#[graphql(name = "RimTicketAssignInput")]
pub struct Assign {
    /// The ticket, in work.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The agent; left out for the queue of a desk.
    pub support_agent_id: Option<Id<SupportAgent>>,
    /// The desk; the one that has the ticket unless said.
    pub department_id: Option<Id<Department>>,
    /// A lead gives it to one who is away, or of another desk and tier.
    pub force: Option<bool>,
}

mutation! {
    /// Gives a ticket to an agent, to a desk, or to both.
    pub ASSIGN = "rimTicketAssign"(Assign) -> Ticket,
    permission "rim.ticket.transition:assign" => assign
}

/// Gives a ticket to an agent or a desk (spec 5.7).
pub async fn assign(tx: &mut Tx, input: Assign) -> Rule<Ticket> {
    let named = match &input.support_agent_id {
        Some(id) => Some(tx.read::<SupportAgent>(id, "supportAgentId").await?.id),
        None => None,
    };
    let desk = match &input.department_id {
        Some(id) => Some(tx.read::<Department>(id, "departmentId").await?),
        None => None,
    };
    let mut others: Sql = the_acting(tx);
    if let Some(named) = named {
        others.push(" OR t.id = ").bind(named.into());
    }
    let which = Which::of(&input.ticket_id, input.expected_version);
    let held = hold(tx, which, Some(others)).await?;
    tx.check_move(&held.ticket, &machine::ASSIGN, None, "ticketId")?;
    let agent = held.agent(named);
    let forces = input.force.unwrap_or(false);
    if forces && !tx.actor.may(LEAD) {
        tx.refuse(AssignmentRefused::NoLead);
    }
    match agent {
        Some(agent) if !forces => check(tx, &held.ticket, agent, desk.as_ref(), "supportAgentId"),
        None if desk.is_none() => tx.refuse(AssignmentRefused::Nobody),
        _ => {}
    }
    check_change(tx, &held, agent, desk.as_ref());
    tx.settle()?;
    give(tx, &held, agent, desk.as_ref()).await
}

/// Refuses what changes nothing.
fn check_change(tx: &mut Tx, held: &Held, agent: Option<&SupportAgent>, desk: Option<&Department>) {
    let ticket = &held.ticket;
    let same_agent = ticket.assigned_to == agent.map(|agent| agent.id);
    let same_desk = desk.is_none_or(|desk| ticket.department_id == Some(desk.id));
    let takes = agent.is_some() && agent.map(|it| it.id) == held.acting(tx).map(|it| it.id);
    let begins = takes && ticket.status == TicketStatus::Open;
    let receiver = agent.map(|agent| &agent.name).or(desk.map(|desk| &desk.name));
    if let Some(name) = receiver
        && same_agent
        && same_desk
        && !begins
    {
        let field = if agent.is_some() { "supportAgentId" } else { "departmentId" };
        let (ticket, name) = (ticket.ticket_number.clone(), name.clone());
        tx.refuse(AssignmentRefused::Theirs { field: field.to_owned(), ticket, name });
    }
}
