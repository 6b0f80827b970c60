//! Messages that leave the house: one outbox for all of them (spec 1.13). A message is queued
//! in the transaction of what it tells, once for its dedupe key, and sent after it committed.

mod deliver;
mod forget;
mod queue;
mod sender;
mod template;
pub mod text_template;

pub use deliver::{Ending, MessageEnded};
pub(crate) use deliver::{are_waiting, deliver};
pub use queue::Draft;
pub use sender::{Message, RecordingSender, SendFailure, Sender, Senders};
pub use template::{Template, render};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{Entity, Words};

/// How a message travels.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "NotificationChannel")]
pub enum Channel {
    /// A mail.
    #[word("email")]
    Email,
    /// A text message to a phone.
    #[word("sms")]
    Sms,
}

/// Where a message stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "NotificationStatus")]
pub enum NotificationStatus {
    /// Waits for its first or its next attempt.
    #[word("pending")]
    Pending,
    /// The sender took it.
    #[word("sent")]
    Sent,
    /// It will not be tried again.
    #[word("failed")]
    Failed,
}

/// A message to somebody, on its way or sent.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "Notification", table = notifications, module = "platform",
    permission = "platform.notification", default_order = id desc)]
pub struct Notification {
    pub id: i32,
    /// Name of its template.
    #[entity(filter)]
    pub template: String,
    /// How it travels.
    #[entity(filter)]
    pub channel: Channel,
    /// Mail address or phone number.
    #[entity(sensitive = "platform.notification.read_sensitive", personal)]
    pub recipient: String,
    /// What it is about.
    #[entity(sensitive = "platform.notification.read_sensitive")]
    pub subject: String,
    /// What it says.
    #[entity(sensitive = "platform.notification.read_sensitive")]
    pub body: String,
    #[entity(hidden)]
    pub is_html: bool,
    /// What its template was filled with.
    #[entity(hidden)]
    pub variables: Value,
    /// A second message with the same key is never queued.
    pub dedupe_key: String,
    /// Where it stands.
    #[entity(filter)]
    pub status: NotificationStatus,
    /// How often it was tried.
    pub attempts: i32,
    #[entity(hidden)]
    pub unconfirmed: i32,
    /// It holds a code or a password: the text is kept only until a sender took it.
    #[entity(hidden)]
    pub secret: bool,
    /// From then on it is of no use, and not sent any more.
    #[entity(hidden)]
    pub useful_until: Option<DateTime<Utc>>,
    /// Key of the person whose new password it holds; of no use once there is another.
    #[entity(hidden)]
    pub password_of: Option<String>,
    /// When it is tried next.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last attempt did not succeed.
    #[entity(sensitive = "platform.notification.read_sensitive")]
    pub last_error: Option<String>,
    /// Which sender took it: `smtp`, or `record` where messages are only kept here.
    pub sent_by: Option<String>,
    /// When the sender took it.
    #[entity(filter, order)]
    pub sent_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was queued.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
