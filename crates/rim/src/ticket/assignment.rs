//! Giving a ticket to an agent, to a desk, or to both (spec 5.7, 5.13). Only one who is there, and
//! whose desk or tier it is with, gets it; a lead may force it. That holds for whoever takes a
//! ticket, too: an agent who is away comes back first.

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use super::hold::Held;
use super::{Ticket, TicketStatus, machine};
use crate::admin_user::acting;
use crate::department::Department;
use crate::support_agent::{SupportAgent, SupportAgentStatus, workload};
use crate::ticket_history::{Entry, record};

/// Why an agent does not get a ticket.
#[derive(Refusal)]
pub enum AssignmentRefused {
    #[refusal(
        REQUIRED,
        at = "supportAgentId",
        "Say which agent it goes to, or which desk, whose agents take from it."
    )]
    Nobody,
    #[refusal(ALREADY_DONE, at = "{field}", "{ticket} is with {name} already.")]
    Theirs { field: String, ticket: String, name: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "{field}",
        "{name} is away. Choose somebody who is there; a lead can force it."
    )]
    Away { field: String, name: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "{field}",
        "You are away. Say that you are back (rimSupportAgentComeBack), then take it."
    )]
    AwayOneself { field: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "{field}",
        "{name} works at another desk and in another tier than the ticket is with. Pass it up, or \
         ask a lead."
    )]
    Elsewhere { field: String, name: String },
    #[refusal(NOT_ELIGIBLE, at = "supportAgentId", "{name} does not work at the desk {desk}.")]
    NotOfTheDesk { name: String, desk: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "{field}",
        "{ticket} was passed up to tier {tier}; {name} is of a lower one."
    )]
    TooLow { field: String, ticket: String, tier: i32, name: String },
    #[refusal(FORBIDDEN, at = "force", "Only a lead can force it.")]
    NoLead,
    #[refusal(FORBIDDEN, at = "ticketId", "Only agents of the support take tickets.")]
    NoAgent,
}

/// Notes what stands against an agent's getting a ticket.
pub fn check(
    tx: &mut Tx,
    ticket: &Ticket,
    agent: &SupportAgent,
    desk: Option<&Department>,
    field: &str,
) {
    let (field, name) = (field.to_owned(), agent.name.clone());
    let is_oneself = agent.admin_user_id.is_some() && agent.admin_user_id == acting(tx);
    match agent.status {
        SupportAgentStatus::Away if is_oneself => {
            tx.refuse(AssignmentRefused::AwayOneself { field: field.clone() });
        }
        SupportAgentStatus::Away => {
            tx.refuse(AssignmentRefused::Away { field: field.clone(), name: name.clone() });
        }
        SupportAgentStatus::Available | SupportAgentStatus::Busy => {}
    }
    if let Some(desk) = desk {
        if desk.id != agent.department_id {
            tx.refuse(AssignmentRefused::NotOfTheDesk { name, desk: desk.name.clone() });
        }
        return;
    }
    let is_passed_up = ticket.status == TicketStatus::Escalated;
    if is_passed_up && agent.tier < ticket.tier {
        let (ticket, tier) = (ticket.ticket_number.clone(), ticket.tier);
        tx.refuse(AssignmentRefused::TooLow { field, ticket, tier, name });
        return;
    }
    let of_the_desk = ticket.department_id.is_none_or(|desk| desk == agent.department_id);
    if !of_the_desk && agent.tier != ticket.tier {
        tx.refuse(AssignmentRefused::Elsewhere { field, name });
    }
}

/// Gives a locked ticket to a locked agent, or to a desk alone. It is in progress when the agent
/// takes it.
pub async fn give(
    tx: &mut Tx,
    held: &Held,
    agent: Option<&SupportAgent>,
    desk: Option<&Department>,
) -> Rule<Ticket> {
    let before = &held.ticket;
    let takes = agent.is_some() && agent.map(|it| it.id) == held.acting(tx).map(|it| it.id);
    let to = match before.status {
        TicketStatus::Open if takes => TicketStatus::InProgress,
        same => same,
    };
    let (key, name) = (agent.map(|it| it.id), agent.map(|it| it.name.clone()));
    let named = desk.map(|desk| desk.id).or(before.department_id);
    let tier = agent.map(|it| it.tier).or(desk.map(|desk| desk.tier)).unwrap_or(before.tier);
    let mut sets = vec![
        Ticket::ASSIGNED_TO.to(key),
        Ticket::ASSIGNED_TO_NAME.to(name.clone()),
        Ticket::DEPARTMENT_ID.to(named.or(agent.map(|it| it.department_id))),
    ];
    // What was passed up stays up, with whoever has it now as its target.
    if before.status == TicketStatus::Escalated {
        sets.push(Ticket::ESCALATED_TO.to(key));
        sets.push(Ticket::ESCALATED_TO_NAME.to(name.clone()));
        sets.push(Ticket::TIER.to(tier.max(before.tier)));
    } else {
        sets.push(Ticket::TIER.to(tier));
    }
    let ticket = tx.advance(before, &machine::ASSIGN, to.spelling(), sets).await?;
    hand_over(tx, held, agent).await?;
    let receiver = name.or(desk.map(|desk| desk.name.clone())).unwrap_or_default();
    record(tx, Entry::since("assign", before, &ticket).details(&receiver)).await?;
    Ok(ticket)
}

/// Counts a ticket in work from one agent over to another.
pub async fn hand_over(tx: &mut Tx, held: &Held, to: Option<&SupportAgent>) -> Rule<()> {
    let from = held.assignee();
    if from.map(|agent| agent.id) == to.map(|agent| agent.id) {
        return Ok(());
    }
    if let Some(from) = from {
        workload::lose(tx, from).await?;
    }
    if let Some(to) = to {
        workload::gain(tx, to).await?;
    }
    Ok(())
}
