//! Every action on a ticket (spec 5.7); only ever added to.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::{AdminUser, acting};
use crate::ticket::{Ticket, TicketStatus};
use crate::user::User;

/// Characters of the details.
const MOST_DETAILS: usize = 1000;

/// What kind of person did something.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimPerformerType")]
pub enum PerformerType {
    /// `admin`: a person of the admin panel.
    #[word("admin")]
    Admin,
    /// `customer`: the customer.
    #[word("customer")]
    Customer,
    /// `system`: the server.
    #[word("system")]
    System,
}

/// Something that was done to a ticket.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = ticket_histories, permission = "rim.ticket_history",
    default_order = created_at)]
pub struct TicketHistory {
    pub id: Uuid,
    /// The ticket.
    #[entity(belongs_to = ticket: Ticket, filter)]
    pub ticket_id: Uuid,
    /// What was done: a verb of the ticket's moves, or another word.
    #[entity(filter)]
    pub action: String,
    /// What kind of person did it.
    pub performer_type: PerformerType,
    /// The person of the admin panel who did it.
    #[entity(belongs_to = performer: AdminUser, filter)]
    pub performed_by: Option<Uuid>,
    /// The customer who did it.
    #[entity(belongs_to = performing_user: User, filter)]
    pub performed_by_user_id: Option<Uuid>,
    /// Name of who did it.
    pub performed_by_name: String,
    /// More about it.
    pub details: Option<String>,
    /// The status before, where it moved.
    pub from_status: Option<TicketStatus>,
    /// The status from then on, where it moved.
    pub to_status: Option<TicketStatus>,
    /// When it was done.
    #[entity(sql = "{t}.created_at", filter, order)]
    pub timestamp: DateTime<Utc>,
    /// When it was written down, which is when it was done.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it was written down: what was done is never changed.
    #[entity(sql = "{t}.created_at")]
    pub updated_at: DateTime<Utc>,
}

/// What is written of an action.
pub struct Entry<'a> {
    action: &'a str,
    ticket: &'a Ticket,
    moved: Option<(Option<TicketStatus>, TicketStatus)>,
    details: Option<String>,
    by_the_server: bool,
}

impl<'a> Entry<'a> {
    /// A move of the status, from where to where the ticket stands now.
    pub fn moved(action: &'a str, from: Option<TicketStatus>, ticket: &'a Ticket) -> Self {
        Entry { moved: Some((from, ticket.status)), ..Entry::noted(action, ticket) }
    }

    /// An action, and a move where the status is another than before.
    pub fn since(action: &'a str, before: &Ticket, ticket: &'a Ticket) -> Self {
        let moves = before.status != ticket.status;
        let moved = moves.then_some((Some(before.status), ticket.status));
        Entry { moved, ..Entry::noted(action, ticket) }
    }

    /// An action that leaves the status as it is.
    pub fn noted(action: &'a str, ticket: &'a Ticket) -> Self {
        Entry { action, ticket, moved: None, details: None, by_the_server: false }
    }

    /// The same with more about it, cut to what the table holds.
    #[must_use]
    pub fn details(mut self, details: &str) -> Self {
        self.details = Some(details.chars().take(MOST_DETAILS).collect());
        self
    }

    /// The same as the server's own doing, whoever called.
    #[must_use]
    pub fn by_the_server(mut self) -> Self {
        self.by_the_server = true;
        self
    }
}

/// Writes what was done to a ticket, in the same transaction.
pub async fn record(tx: &mut Tx, entry: Entry<'_>) -> Rule<()> {
    let (admin, customer) = match entry.by_the_server {
        true => (None, None),
        false => (acting(tx), tx.actor.key_as("user")),
    };
    let (kind, name) = match (admin, customer) {
        (Some(_), _) => (PerformerType::Admin, tx.actor.name.clone()),
        (None, Some(_)) => (PerformerType::Customer, tx.actor.name.clone()),
        (None, None) => (PerformerType::System, "system".to_owned()),
    };
    tx.append::<TicketHistory>(vec![
        TicketHistory::TICKET_ID.to(entry.ticket.id),
        TicketHistory::ACTION.to(entry.action.to_owned()),
        TicketHistory::PERFORMER_TYPE.to(kind),
        TicketHistory::PERFORMED_BY.to(admin),
        TicketHistory::PERFORMED_BY_USER_ID.to(customer),
        TicketHistory::PERFORMED_BY_NAME.to(name),
        TicketHistory::DETAILS.to(entry.details),
        TicketHistory::FROM_STATUS.to(entry.moved.and_then(|(from, _)| from)),
        TicketHistory::TO_STATUS.to(entry.moved.map(|(_, to)| to)),
    ])
    .await?;
    Ok(())
}
