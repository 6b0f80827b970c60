//! A ticket is too hard, or too late: an agent of a higher tier gets it (spec 5.7). Tier 3 is the
//! highest. Where nobody up there is free, it waits at their desk.

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::assignment::hand_over;
use super::hold::{Held, Which, hold};
use super::{Ticket, TicketPriority, TicketStatus, machine};
use crate::department::Department;
use crate::support_agent::{SupportAgent, choice};
use crate::ticket_history::{Entry, record};
use crate::ticket_sla_clock::retarget;

/// The highest tier.
const HIGHEST: i32 = 3;

/// Which ticket to pass up, to whom, and why.
#[derive(InputObject)]
#[graphql(name = "RimTicketEscalateInput")]
pub struct Escalate {
    /// The ticket, open or in progress.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// An agent of a higher tier; the one who is next there unless said.
    pub support_agent_id: Option<Id<SupportAgent>>,
    /// Why, at most 500 characters.
    pub reason: String,
}

/// Why a ticket is not passed up.
#[derive(Refusal)]
enum EscalateRefused {
    #[refusal(PRECONDITION_FAILED, at = "ticketId", "{ticket} is with tier 3; there is no higher.")]
    Highest { ticket: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "supportAgentId",
        "{name} is of tier {tier}; {ticket} is with tier {current} and goes to a higher one."
    )]
    NotHigher { name: String, tier: i32, ticket: String, current: i32 },
}

mutation! {
    /// Passes a ticket to an agent of a higher tier; its priority is at least high from then on.
    pub ESCALATE = "rimTicketEscalate"(Escalate) -> Ticket,
    permission "rim.ticket.transition:escalate" => escalate
}

/// The agents that a ticket can be passed up to, for the locks before it.
pub fn those_above() -> Sql {
    Sql::new("t.tier > 1")
}

/// Passes a ticket up (spec 5.7).
pub async fn escalate(tx: &mut Tx, input: Escalate) -> Rule<Ticket> {
    let named = match &input.support_agent_id {
        Some(id) => Some(tx.read::<SupportAgent>(id, "supportAgentId").await?),
        None => None,
    };
    let which = Which::of(&input.ticket_id, input.expected_version);
    let mut others = those_above();
    if let Some(named) = &named {
        others.push(" OR t.id = ").bind(named.id.into());
    }
    let held = hold(tx, which, Some(others)).await?;
    let ticket = &held.ticket;
    tx.check_move(ticket, &machine::ESCALATE, None, "ticketId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    let target = held.agent(named.map(|named| named.id));
    if can_go_up(ticket) {
        if let Some(target) = target.filter(|target| target.tier <= ticket.tier) {
            tx.refuse(EscalateRefused::NotHigher {
                name: target.name.clone(),
                tier: target.tier,
                ticket: ticket.ticket_number.clone(),
                current: ticket.tier,
            });
        }
    } else {
        tx.refuse(EscalateRefused::Highest { ticket: ticket.ticket_number.clone() });
    }
    tx.settle()?;
    raise(tx, &held, target, &reason).await
}

/// Whether there is a tier above a ticket's.
pub fn can_go_up(ticket: &Ticket) -> bool {
    ticket.tier < HIGHEST
}

/// Passes a locked ticket up, to the agent who is next unless one is named.
pub async fn raise(
    tx: &mut Tx,
    held: &Held,
    target: Option<&SupportAgent>,
    reason: &str,
) -> Rule<Ticket> {
    let before = &held.ticket;
    let above: Vec<SupportAgent> =
        held.agents.iter().filter(|agent| agent.tier > before.tier).cloned().collect();
    let target = target.or_else(|| choice::next(&above));
    let desk = match target {
        Some(_) => None,
        None => desk_above(tx, before.tier).await?,
    };
    let (key, name) = (target.map(|it| it.id), target.map(|it| it.name.clone()));
    let place = target.map(|it| it.department_id).or(desk.as_ref().map(|desk| desk.id));
    let tier = target.map(|it| it.tier).or(desk.as_ref().map(|desk| desk.tier));
    let sets = vec![
        Ticket::ESCALATED_TO.to(key),
        Ticket::ESCALATED_TO_NAME.to(name.clone()),
        Ticket::ASSIGNED_TO.to(key),
        Ticket::ASSIGNED_TO_NAME.to(name),
        Ticket::DEPARTMENT_ID.to(place.or(before.department_id)),
        Ticket::TIER.to(tier.unwrap_or(before.tier + 1)),
        Ticket::PRIORITY.to(at_least_high(before.priority)),
    ];
    let escalated = TicketStatus::Escalated.spelling();
    let ticket = tx.advance(before, &machine::ESCALATE, escalated, sets).await?;
    hand_over(tx, held, target).await?;
    if ticket.priority != before.priority {
        retarget::retarget(tx, &ticket).await?;
    }
    record(tx, Entry::since("escalate", before, &ticket).details(reason)).await?;
    Ok(ticket)
}

fn at_least_high(priority: TicketPriority) -> TicketPriority {
    match priority {
        TicketPriority::Urgent => TicketPriority::Urgent,
        _ => TicketPriority::High,
    }
}

/// The desk of the next tier, the first by its name.
async fn desk_above(tx: &mut Tx, tier: i32) -> Rule<Option<Department>> {
    let mut above = Sql::new("t.tier > ");
    above.bind(tier.into()).push(" ORDER BY t.tier, t.name LIMIT 1");
    Ok(tx.select(above).await?.pop())
}
