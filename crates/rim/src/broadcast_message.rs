//! Messages to many customers at once (spec 5.9).

pub mod agreement;
pub mod audience;
pub mod create;
pub mod delete;
pub mod going_out;
pub mod machine;
pub mod progress;
pub mod schedule;
pub mod send;
pub mod update;
pub mod wording;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;

/// How a broadcast goes out.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimBroadcastType")]
pub enum BroadcastType {
    /// `sms`.
    #[word("sms")]
    Sms,
    /// `email`.
    #[word("email")]
    Email,
    /// `both`: by SMS and by email.
    #[word("both")]
    Both,
}

/// Who gets a broadcast.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTargetAudience")]
pub enum TargetAudience {
    /// `all`: every customer.
    #[word("all")]
    All,
    /// `active_users`: customers who are active.
    #[word("active_users")]
    ActiveUsers,
    /// `inactive_users`: customers who are inactive.
    #[word("inactive_users")]
    InactiveUsers,
    /// `overdue_users`: customers with a loan that is late.
    #[word("overdue_users")]
    OverdueUsers,
    /// `custom`: the customers named.
    #[word("custom")]
    Custom,
}

/// Where a broadcast stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimBroadcastStatus")]
pub enum BroadcastStatus {
    /// `draft`: being written.
    #[word("draft")]
    Draft,
    /// `scheduled`: goes out by itself, or is going out.
    #[word("scheduled")]
    Scheduled,
    /// `sent`: reached at least one customer.
    #[word("sent")]
    Sent,
    /// `failed`: reached nobody.
    #[word("failed")]
    Failed,
}

/// A message to many customers.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = broadcast_messages, permission = "rim.broadcast_message",
    default_order = created_at desc, machine = crate::broadcast_message::machine::MACHINE)]
#[has_many(
    recipients: crate::broadcast_recipient::BroadcastRecipient by broadcast_message_id
        "Who gets it, once the audience was resolved."
)]
#[scope(own = "{t}.created_by = {actor}")]
pub struct BroadcastMessage {
    pub id: Uuid,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub message: String,
    /// How it goes out.
    pub r#type: BroadcastType,
    /// Who gets it.
    #[entity(filter)]
    pub target_audience: TargetAudience,
    /// Ids of the customers of a custom audience.
    pub custom_user_ids: Vec<String>,
    /// When it goes out by itself.
    #[entity(filter, order)]
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Where it stands.
    #[entity(filter)]
    pub status: BroadcastStatus,
    /// Customers it is for, once the audience was resolved.
    pub audience_size: Option<i32>,
    /// When its audience was written down; from then on it is going out.
    pub started_at: Option<DateTime<Utc>>,
    /// When the first message was taken.
    pub sent_at: Option<DateTime<Utc>>,
    /// Messages that were taken.
    pub sent_count: i32,
    /// Messages that were not.
    pub failed_count: i32,
    /// Who wrote it.
    #[entity(belongs_to = creator: AdminUser, filter)]
    pub created_by: Uuid,
    /// Who agreed to it, where the audience is large.
    #[entity(belongs_to = approver: AdminUser, filter)]
    pub approved_by: Option<Uuid>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was written.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
