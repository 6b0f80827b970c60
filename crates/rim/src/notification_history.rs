//! Messages that went to people, one row a recipient and channel (spec 5.9).

pub mod ended;
pub mod machine;
pub mod receipt;
pub mod retry;
pub mod write;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::broadcast_recipient::BroadcastRecipient;
use crate::delivery::{Channel, DeliveryStatus};
use crate::user::User;

/// What made the server write to somebody.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimNotificationType")]
pub enum NotificationType {
    /// `alert`: an alert went off.
    #[word("alert")]
    Alert,
    /// `broadcast`: somebody wrote to many.
    #[word("broadcast")]
    Broadcast,
    /// `scheduled`: the rules or a job of the server.
    #[word("scheduled")]
    Scheduled,
}

/// What kind of person a message went to.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimRecipientType")]
pub enum RecipientType {
    /// `user`: a customer.
    #[word("user")]
    User,
    /// `admin`: a person of the admin panel.
    #[word("admin")]
    Admin,
}

/// A message that went to one person.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = notification_histories, permission = "rim.notification_history",
    default_order = created_at desc, machine = crate::notification_history::machine::MACHINE)]
#[scope(own = "{t}.user_id = {actor} OR {t}.admin_user_id = {actor}")]
pub struct NotificationHistory {
    pub id: Uuid,
    /// What it was written for.
    #[entity(filter)]
    pub r#type: NotificationType,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub message: String,
    /// How it went.
    #[entity(filter)]
    pub channel: Channel,
    /// Key of who got it.
    #[entity(sql = "COALESCE({t}.user_id, {t}.admin_user_id)")]
    pub recipient: Option<Uuid>,
    /// What kind of person got it.
    #[entity(filter)]
    pub recipient_type: RecipientType,
    /// The customer who got it.
    #[entity(belongs_to = user: User, filter)]
    pub user_id: Option<Uuid>,
    /// The person of the admin panel who got it.
    #[entity(belongs_to = admin_user: AdminUser, filter)]
    pub admin_user_id: Option<Uuid>,
    /// How far it came.
    #[entity(filter)]
    pub status: DeliveryStatus,
    /// How often it was handed over to be sent.
    pub attempts: i32,
    #[entity(hidden)]
    pub dedupe_key: String,
    #[entity(hidden)]
    pub is_html: bool,
    /// Its place in the audience of a broadcast; empty for other messages.
    #[entity(belongs_to = broadcast_recipient: BroadcastRecipient, filter)]
    pub broadcast_recipient_id: Option<Uuid>,
    /// When it was sent; empty until then.
    #[entity(filter, order)]
    pub sent_at: Option<DateTime<Utc>>,
    /// When it arrived.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Why it did not arrive.
    pub error_message: Option<String>,
    /// What else is known of it.
    pub metadata: Option<Value>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was written.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl NotificationHistory {
    /// The key of its present attempt in the outbox.
    pub fn outbox_key(&self) -> String {
        format!("{}#{}", self.dedupe_key, self.attempts)
    }
}
