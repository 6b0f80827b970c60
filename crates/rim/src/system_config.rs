//! The numbers that the rules use, as rows that people can change (spec 5.10).
//!
//! A rule reads its row in its own transaction, by an index, so what it reads is never out of
//! date on any server and there is no cache to invalidate. The platform's own settings, such as
//! whether four eyes are enforced, stay in `tenant_settings`, which has no room for description,
//! type and updater; no setting is in both.

pub mod bounds;
pub mod create;
pub mod delete;
pub mod keys;
pub mod parameter;
pub mod update;
pub mod value;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;

/// How a value is read.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimConfigDataType")]
pub enum ConfigDataType {
    /// `string`: as it is.
    #[word("string")]
    String,
    /// `number`: a decimal number.
    #[word("number")]
    Number,
    /// `boolean`: true or false.
    #[word("boolean")]
    Boolean,
    /// `json`: a document.
    #[word("json")]
    Json,
}

/// One number, word or switch that rules use.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = system_configs, permission = "rim.system_config",
    default_order = category)]
pub struct SystemConfig {
    pub id: Uuid,
    /// What it belongs to.
    #[entity(filter, order)]
    pub category: String,
    /// Its name; unique within the category.
    #[entity(filter, order)]
    pub key: String,
    /// Text, read by its type.
    pub value: String,
    /// What it means.
    pub description: String,
    /// How the value is read.
    pub data_type: ConfigDataType,
    /// Who changed it last; empty while it is as it was shipped.
    #[entity(belongs_to = updater: AdminUser, filter)]
    pub updated_by: Option<Uuid>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
