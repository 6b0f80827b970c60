//! What is known of a ticket changes (spec 5.7). Another priority has other targets; that the
//! ticket waits for the customer can be said, and taken back. A closed ticket is a record.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::text::{subject, tags};
use super::{Ticket, TicketCategory, TicketPriority, TicketStatus, waiting};
use crate::ticket_history::{Entry, record};
use crate::ticket_sla_clock::retarget;

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimTicketUpdateInput")]
pub struct Update {
    /// The ticket, not closed.
    pub ticket_id: Id<Ticket>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: i32,
    /// What it is about, in a line of 3 to 200 characters.
    pub subject: Option<String>,
    /// What kind of question.
    pub category: Option<TicketCategory>,
    /// How soon it has to be answered; what is promised is counted anew.
    pub priority: Option<TicketPriority>,
    /// All the words to find it by, at most 50 of at most 60 characters.
    pub tags: Option<Vec<String>>,
    /// Whether the next word is the customer's; the resolution's clock rests meanwhile.
    pub waiting_on_customer: Option<bool>,
}

mutation! {
    /// Changes what is known of a ticket.
    pub UPDATE = "rimTicketUpdate"(Update) -> Ticket,
    permission "rim.ticket.update" => update
}

/// Changes what is known of a ticket (spec 5.7).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<Ticket> {
    let expected = Some(input.expected_version);
    let before: Ticket = tx.lock_version(&input.ticket_id, "ticketId", expected).await?;
    tx.require(before.status != TicketStatus::Closed, || {
        let message = "A closed ticket is a record; reopen it first.";
        Refusal::new(Code::Immutable, "ticketId", message)
    });
    let waits = input.waiting_on_customer;
    tx.require(waits != Some(true) || waiting::is_active(&before), || {
        let message = "Nobody waits for the customer once a ticket is resolved.";
        Refusal::new(Code::PreconditionFailed, "waitingOnCustomer", message)
    });
    let mut sets = Vec::new();
    if let Some(text) = input.subject {
        sets.push(Ticket::SUBJECT.to(subject(tx, &text)));
    }
    if let Some(wanted) = input.tags {
        sets.push(Ticket::TAGS.to(tags(tx, wanted)));
    }
    sets.extend(input.category.map(|category| Ticket::CATEGORY.to(category)));
    sets.extend(input.priority.map(|priority| Ticket::PRIORITY.to(priority)));
    tx.settle()?;
    let mut ticket = tx.update(&before, sets).await?;
    if ticket.priority != before.priority {
        retarget::retarget(tx, &ticket).await?;
    }
    if let Some(changes) = changes(&before, &ticket) {
        record(tx, Entry::noted("update", &ticket).details(&changes)).await?;
    }
    match waits {
        Some(true) => ticket = waiting::begin(tx, ticket).await?,
        Some(false) => ticket = waiting::end(tx, ticket, "stopWaiting").await?,
        None => {}
    }
    Ok(ticket)
}

/// What changed, in words; `None` where nothing did.
fn changes(before: &Ticket, after: &Ticket) -> Option<String> {
    let mut words = Vec::new();
    if before.subject != after.subject {
        words.push(format!("subject: {} -> {}", before.subject, after.subject));
    }
    if before.category != after.category {
        let (from, to) = (before.category.spelling(), after.category.spelling());
        words.push(format!("category: {from} -> {to}"));
    }
    if before.priority != after.priority {
        let (from, to) = (before.priority.spelling(), after.priority.spelling());
        words.push(format!("priority: {from} -> {to}"));
    }
    if before.tags != after.tags {
        words.push(format!("tags: {}", after.tags.join(", ")));
    }
    (!words.is_empty()).then(|| words.join("; "))
}
