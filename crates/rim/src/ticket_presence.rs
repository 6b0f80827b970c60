//! Who looks at a ticket or writes to it now (spec 5.7). What is told of it is a signal, which
//! nobody can come back to; a row ends by itself, so that a client that is gone is gone.

pub mod end;
pub mod leave;
pub mod prune;
pub mod show;
pub mod start_typing;
pub mod view;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::ticket::Ticket;
use crate::user::User;

/// What somebody does at a ticket.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTicketActivity")]
pub enum TicketActivity {
    /// `viewing`: looks at it.
    #[word("viewing")]
    Viewing,
    /// `typing`: writes to it.
    #[word("typing")]
    Typing,
}

/// Somebody who looks at a ticket or writes to it, or did a moment ago.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = ticket_presences, permission = "rim.ticket_presence",
    default_order = created_at)]
#[scope(own = "NOT {t}.internal AND EXISTS (SELECT 1 FROM tickets k \
               WHERE k.id = {t}.ticket_id AND k.customer_id = {actor})")]
pub struct TicketPresence {
    pub id: Uuid,
    /// The ticket.
    #[entity(belongs_to = ticket: Ticket, filter)]
    pub ticket_id: Uuid,
    /// Whether the person looks or writes.
    pub activity: TicketActivity,
    #[entity(hidden)]
    pub person: String,
    /// The person of the support.
    #[entity(belongs_to = admin_user: AdminUser, filter)]
    pub admin_user_id: Option<Uuid>,
    /// The customer.
    #[entity(belongs_to = user: User, filter)]
    pub user_id: Option<Uuid>,
    /// Name of the person.
    pub name: String,
    /// Among agents: looking, or writing a note. No customer sees it.
    pub internal: bool,
    /// When it is over unless the person says again that it goes on; show nobody longer.
    #[entity(filter, order)]
    pub until: DateTime<Utc>,
    /// When the person did so first.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When the person said so last.
    pub updated_at: DateTime<Utc>,
}
