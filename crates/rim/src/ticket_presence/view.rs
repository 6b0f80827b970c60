//! Looking at a ticket: other agents see it, so that two of them do not answer the same customer;
//! agents see that the customer looks, and no customer sees which agents do (spec 5.7).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::show::{Shown, VIEWING, show};
use super::{TicketActivity, TicketPresence};
use crate::ticket::Ticket;

/// What the caller looks at.
#[derive(InputObject)]
#[graphql(name = "RimTicketViewInput")]
pub struct View {
    /// The ticket.
    pub ticket_id: Id<Ticket>,
}

mutation! {
    /// Shows for a minute that the caller looks at a ticket; call it again while that goes on.
    pub VIEW = "rimTicketView"(View) -> TicketPresence,
    permission "rim.ticket_presence.create" => view
}

/// The caller looks at a ticket (spec 5.7).
pub async fn view(tx: &mut Tx, input: View) -> Rule<TicketPresence> {
    let ticket = tx.read(&input.ticket_id, "ticketId").await?;
    let until = tx.now + VIEWING;
    let shown = Shown { verb: "view", activity: TicketActivity::Viewing, internal: true, until };
    show(tx, &ticket, shown).await
}
