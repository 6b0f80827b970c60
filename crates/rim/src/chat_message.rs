//! What is written about a ticket, by the customer, by agents and by the server (spec 5.7).

pub mod edit;
pub mod mark_read;
pub mod send;
mod words;
pub mod write;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::ticket::Ticket;
use crate::user::User;

/// Who wrote a message.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimSenderType")]
pub enum SenderType {
    /// `customer`: who asks.
    #[word("customer")]
    Customer,
    /// `agent`: the support.
    #[word("agent")]
    Agent,
    /// `system`: the server.
    #[word("system")]
    System,
}

/// A message of a ticket.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = chat_messages, permission = "rim.chat_message",
    default_order = created_at)]
#[has_many(attachments: crate::attachment::Attachment by message_id "Files sent with it.")]
#[scope(own = "NOT {t}.internal AND EXISTS (SELECT 1 FROM tickets k \
               WHERE k.id = {t}.ticket_id AND k.customer_id = {actor})")]
pub struct ChatMessage {
    pub id: Uuid,
    /// The ticket it belongs to.
    #[entity(belongs_to = ticket: Ticket, filter)]
    pub ticket_id: Uuid,
    /// Who wrote it.
    #[entity(filter)]
    pub sender_type: SenderType,
    /// Key of who wrote it; empty for the server.
    #[entity(sql = "COALESCE({t}.sender_user_id, {t}.sender_admin_id)")]
    pub sender_id: Option<Uuid>,
    /// The customer who wrote it.
    #[entity(belongs_to = sender_user: User, filter)]
    pub sender_user_id: Option<Uuid>,
    /// The person of the support who wrote it.
    #[entity(belongs_to = sender_admin: AdminUser, filter)]
    pub sender_admin_id: Option<Uuid>,
    /// Name of who wrote it.
    pub sender_name: String,
    /// What was written.
    pub message: String,
    #[entity(hidden)]
    pub first_message: Option<String>,
    /// When it was edited, if it was.
    pub edited_at: Option<DateTime<Utc>>,
    /// A note among agents, which no customer sees.
    pub internal: bool,
    /// Whether the other side has read it.
    pub is_read: bool,
    /// When the other side read it.
    pub read_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was written.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
