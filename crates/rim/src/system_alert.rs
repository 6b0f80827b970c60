//! What administrators want to hear about (spec 5.9).

pub mod create;
pub mod delete;
pub mod enabled;
pub mod evaluate;
pub mod recipients;
pub mod update;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What an alert counts.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimSystemAlertType")]
pub enum SystemAlertType {
    /// `overdue_loans`: loans past due.
    #[word("overdue_loans")]
    OverdueLoans,
    /// `api_failure`: calls of providers that failed in 15 minutes.
    #[word("api_failure")]
    ApiFailure,
    /// `payment_gateway`: transactions that failed in 15 minutes.
    #[word("payment_gateway")]
    PaymentGateway,
    /// `user_issue`: urgent open tickets.
    #[word("user_issue")]
    UserIssue,
    /// `system_error`: errors of the server in 15 minutes.
    #[word("system_error")]
    SystemError,
}

/// An alert and who hears of it.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = system_alerts, permission = "rim.system_alert",
    default_order = name)]
#[has_many(firings: crate::alert_firing::AlertFiring by system_alert_id "When it went off.")]
pub struct SystemAlert {
    pub id: Uuid,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// What it counts.
    #[entity(filter)]
    pub r#type: SystemAlertType,
    /// Whether it is looked at.
    #[entity(filter)]
    pub enabled: bool,
    /// It goes off when the count reaches this.
    pub threshold: i32,
    /// Ways of telling: `email`, `sms`, `dashboard`.
    pub channel: Vec<String>,
    /// Ids of administrators and roles who are told.
    pub recipients: Vec<String>,
    /// Minutes before it can go off again.
    pub cooldown_minutes: i32,
    #[entity(hidden)]
    pub is_above: bool,
    /// When it went off last.
    pub last_triggered: Option<DateTime<Utc>>,
    /// How often it went off.
    pub trigger_count: i32,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
