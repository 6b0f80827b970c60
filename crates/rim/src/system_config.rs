//! The numbers that the rules use, as rows that people can change (spec 5.10).

pub mod keys;
pub mod parameter;

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
