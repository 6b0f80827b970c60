//! What SMS say (spec 5.9).

pub mod create;
pub mod delete;
pub mod enabled;
pub mod length;
pub mod preview;
pub mod update;

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The text of an SMS with places for values.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = sms_templates, permission = "rim.sms_template",
    default_order = name)]
#[lookup(smsTemplateByName = name)]
pub struct SmsTemplate {
    pub id: Uuid,
    /// What the rules know it by; unique.
    #[entity(filter, order)]
    pub name: String,
    /// The text, at most 160 characters, with `{{variable}}` where a value stands.
    pub message: String,
    /// The values that it has places for.
    pub variables: Vec<String>,
    /// Whether it is used.
    #[entity(filter)]
    pub enabled: bool,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
