//! Services of others that the server calls (spec 5.10).

pub mod calling;
pub mod create;
pub mod delete;
pub mod health;
pub mod machine;
pub mod restore;
pub mod switch;
pub mod terms;
pub mod test;
pub mod update;

use bizgraph_kernel::cipher::rotation::SealedColumn;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::network::Network;

/// What a service does.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimApiIntegrationType")]
pub enum ApiIntegrationType {
    /// `telecom`: pays airtime out.
    #[word("telecom")]
    Telecom,
    /// `payment_gateway`: takes payments.
    #[word("payment_gateway")]
    PaymentGateway,
    /// `sms`: sends SMS.
    #[word("sms")]
    Sms,
    /// `email`: sends email.
    #[word("email")]
    Email,
}

/// Whether a service is called.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimApiIntegrationStatus")]
pub enum ApiIntegrationStatus {
    /// `active`: is called.
    #[word("active")]
    Active,
    /// `inactive`: is not called.
    #[word("inactive")]
    Inactive,
    /// `error`: failed five times in a row; is not called until a test succeeds.
    #[word("error")]
    Error,
}

/// What a test of a service came to.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimTestResult")]
pub enum TestResult {
    /// `success`: it answered well.
    #[word("success")]
    Success,
    /// `failed`: it did not.
    #[word("failed")]
    Failed,
}

/// A service of others that the server calls.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = api_integrations, permission = "rim.api_integration",
    default_order = name, machine = crate::api_integration::machine::MACHINE)]
#[has_many(
    calls: crate::api_call::ApiCall by api_integration_id "When it was called, and what came of it."
)]
pub struct ApiIntegration {
    pub id: Uuid,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// What it does.
    #[entity(filter)]
    pub r#type: ApiIntegrationType,
    /// Whose service it is.
    #[entity(filter)]
    pub provider: String,
    /// The network of a telecom.
    #[entity(filter)]
    pub network: Option<Network>,
    /// Whether it is called.
    #[entity(filter)]
    pub status: ApiIntegrationStatus,
    #[entity(hidden)]
    pub api_key_sealed: Option<String>,
    /// The last characters of the key; the rest is never shown.
    #[entity(sql = "'****' || {t}.api_key_end", sensitive = "rim.api_integration.read_sensitive")]
    pub api_key: Option<String>,
    #[entity(hidden, sensitive = "rim.api_integration.read_sensitive")]
    pub api_key_end: Option<String>,
    #[entity(hidden)]
    pub api_secret_sealed: Option<String>,
    /// The last characters of the secret; the rest is never shown.
    #[entity(
        sql = "'****' || {t}.api_secret_end",
        sensitive = "rim.api_integration.read_sensitive"
    )]
    pub api_secret: Option<String>,
    #[entity(hidden, sensitive = "rim.api_integration.read_sensitive")]
    pub api_secret_end: Option<String>,
    /// Where it is called.
    pub base_url: String,
    /// When it was tested last.
    pub last_tested: Option<DateTime<Utc>>,
    /// What that came to.
    pub last_test_result: Option<TestResult>,
    /// Failures since the last success.
    pub failure_count: i32,
    /// What else it needs to know; no secrets.
    pub config: Value,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Who deleted it.
    #[entity(belongs_to = deleter: crate::admin_user::AdminUser)]
    pub deleted_by: Option<Uuid>,
    /// Why it was deleted.
    pub delete_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Where its secrets are.
pub static SEALED: &[SealedColumn] = &[
    SealedColumn { table: "api_integrations", column: "api_key_sealed" },
    SealedColumn { table: "api_integrations", column: "api_secret_sealed" },
];
