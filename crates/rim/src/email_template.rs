//! What emails say (spec 5.9).

pub mod create;
pub mod delete;
pub mod enabled;
pub mod preview;
pub mod update;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What an email is for.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimEmailTemplateType")]
pub enum EmailTemplateType {
    /// `transactional`: something happened to the reader's own affairs.
    #[word("transactional")]
    Transactional,
    /// `marketing`: an offer; not to those who opted out.
    #[word("marketing")]
    Marketing,
    /// `notification`: something to know.
    #[word("notification")]
    Notification,
}

/// The text of an email with places for values.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = email_templates, permission = "rim.email_template",
    default_order = name)]
#[lookup(emailTemplateByName = name)]
pub struct EmailTemplate {
    pub id: Uuid,
    /// What the rules know it by; unique.
    #[entity(filter, order)]
    pub name: String,
    /// The subject, with `{{variable}}` where a value stands.
    pub subject: String,
    /// The text as HTML, with `{{variable}}` where a value stands; values are escaped.
    pub body: String,
    /// The values that it has places for.
    pub variables: Vec<String>,
    /// What it is for.
    #[entity(filter)]
    pub r#type: EmailTemplateType,
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
