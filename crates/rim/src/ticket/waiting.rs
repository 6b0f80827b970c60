//! The next word is the customer's, or not any more (spec 5.7). What was promised for the
//! resolution does not run meanwhile.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::refusal::Rule;

use super::{Ticket, TicketStatus};
use crate::ticket_history::{Entry, record};
use crate::ticket_sla_clock::pause;

/// Whether somebody of the support has the ticket to do something about.
pub fn is_active(ticket: &Ticket) -> bool {
    !matches!(ticket.status, TicketStatus::Resolved | TicketStatus::Closed)
}

/// A locked ticket waits for the customer, if it does not already.
pub async fn begin(tx: &mut Tx, ticket: Ticket) -> Rule<Ticket> {
    if ticket.waiting_on_customer || !is_active(&ticket) {
        return Ok(ticket);
    }
    let ticket = tx.amend(&ticket, vec![Ticket::WAITING_ON_CUSTOMER.to(true)]).await?;
    pause::pause(tx, &ticket).await?;
    told(tx, "waitForCustomer", &ticket).await?;
    Ok(ticket)
}

/// A locked ticket waits no more, if it did: the customer wrote, or an agent says so.
pub async fn end(tx: &mut Tx, ticket: Ticket, verb: &str) -> Rule<Ticket> {
    if !ticket.waiting_on_customer {
        return Ok(ticket);
    }
    let ticket = tx.amend(&ticket, vec![Ticket::WAITING_ON_CUSTOMER.to(false)]).await?;
    pause::resume(tx, &ticket).await?;
    told(tx, verb, &ticket).await?;
    Ok(ticket)
}

async fn told(tx: &mut Tx, verb: &str, ticket: &Ticket) -> Rule<()> {
    tx.announce(Ticket::META, verb, &ticket.key());
    record(tx, Entry::noted(verb, ticket)).await
}
