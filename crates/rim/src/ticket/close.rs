//! A lead ends what needs no answer: spam, and what repeats another ticket (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::hold::{Which, hold};
use super::{Ticket, TicketStatus, ending, machine};
use crate::ticket_history::{Entry, record};

/// Which ticket to end, and why.
#[derive(InputObject)]
#[graphql(name = "RimTicketCloseInput")]
pub struct Close {
    /// The ticket, open or in progress.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, at most 500 characters.
    pub reason: String,
    /// The ticket that this one repeats; left out for spam.
    pub duplicate_of_id: Option<Id<Ticket>>,
}

/// Why a ticket is not ended.
#[derive(Refusal)]
enum CloseRefused {
    #[refusal(VALIDATION_FAILED, at = "duplicateOfId", "A ticket does not repeat itself.")]
    Itself,
    #[refusal(
        VALIDATION_FAILED,
        at = "duplicateOfId",
        "{ticket} repeats another ticket itself; name the original."
    )]
    NotTheOriginal { ticket: String },
}

mutation! {
    /// Ends spam, or a ticket that repeats another.
    pub CLOSE = "rimTicketClose"(Close) -> Ticket,
    permission "rim.ticket.transition:close" => close
}

/// Ends spam and repetitions (spec 5.7).
pub async fn close(tx: &mut Tx, input: Close) -> Rule<Ticket> {
    let original = match &input.duplicate_of_id {
        Some(id) => Some(tx.read::<Ticket>(id, "duplicateOfId").await?),
        None => None,
    };
    let held = hold(tx, Which::of(&input.ticket_id, input.expected_version), None).await?;
    let before = &held.ticket;
    tx.check_move(before, &machine::CLOSE, None, "ticketId")?;
    let reason = tx.text(&input.reason, "reason", 500);
    if let Some(original) = &original {
        if original.id == before.id {
            tx.refuse(CloseRefused::Itself);
        } else if original.duplicate_of_id.is_some() {
            let ticket = original.ticket_number.clone();
            tx.refuse(CloseRefused::NotTheOriginal { ticket });
        }
    }
    tx.settle()?;
    let sets = vec![
        Ticket::CLOSED_AT.to(Some(tx.now)),
        Ticket::CLOSE_REASON.to(Some(reason.clone())),
        Ticket::DUPLICATE_OF_ID.to(original.map(|original| original.id)),
        Ticket::WAITING_ON_CUSTOMER.to(false),
    ];
    let closed = TicketStatus::Closed.spelling();
    let ticket = tx.advance(before, &machine::CLOSE, closed, sets).await?;
    ending::out_of_work(tx, &held, &ticket).await?;
    record(tx, Entry::since("close", before, &ticket).details(&reason)).await?;
    Ok(ticket)
}
