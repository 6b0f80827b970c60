//! Every action on a ticket (spec 5.7); only ever added to.

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::ticket::{Ticket, TicketStatus};
use crate::user::User;

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
}
