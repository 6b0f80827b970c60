//! The audience of a broadcast, resolved once: one row a customer and channel (spec 5.9).

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::broadcast_message::BroadcastMessage;
use crate::delivery::{Channel, DeliveryStatus};
use crate::user::User;

/// A customer whom a broadcast goes to by one channel.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = broadcast_recipients, permission = "rim.broadcast_recipient",
    default_order = created_at)]
#[has_many(
    notifications: crate::notification_history::NotificationHistory by broadcast_recipient_id
        "The message; at most one."
)]
pub struct BroadcastRecipient {
    pub id: Uuid,
    /// The broadcast.
    #[entity(belongs_to = broadcast_message: BroadcastMessage, filter)]
    pub broadcast_message_id: Uuid,
    /// The customer.
    #[entity(belongs_to = user: User, filter)]
    pub user_id: Uuid,
    /// By SMS or by email.
    pub channel: Channel,
    /// The number or address, as it was then.
    #[entity(sensitive = "rim.user.read_sensitive", personal)]
    pub address: String,
    /// How far it came.
    #[entity(filter)]
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it did not arrive.
    pub error_message: Option<String>,
    /// When it was handed over to be sent.
    pub queued_at: Option<DateTime<Utc>>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When the audience was resolved.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
