//! Calls that the server made of providers (spec 5.9, 5.10); only ever added to, and removed when
//! they are old. Alerts and the uptime of providers follow from them.

pub mod prune;

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::api_integration::ApiIntegration;
use crate::transaction::Transaction;

/// What a provider was called for.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimApiCallPurpose")]
pub enum ApiCallPurpose {
    /// `airtime`: to pay airtime out.
    #[word("airtime")]
    Airtime,
    /// `inquiry`: to hear what became of airtime.
    #[word("inquiry")]
    Inquiry,
    /// `test`: to see whether it answers.
    #[word("test")]
    Test,
}

/// A call that the server made of a provider.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = api_calls, permission = "rim.api_call",
    default_order = created_at desc)]
pub struct ApiCall {
    pub id: Uuid,
    /// Who was called.
    #[entity(belongs_to = api_integration: ApiIntegration, filter)]
    pub api_integration_id: Uuid,
    /// What for.
    #[entity(filter)]
    pub purpose: ApiCallPurpose,
    /// The airtime that it was about.
    #[entity(belongs_to = transaction: Transaction, filter)]
    pub transaction_id: Option<Uuid>,
    /// Whether the provider answered as it should.
    pub succeeded: bool,
    /// What it said, or why nothing was heard of it.
    pub message: Option<String>,
    /// When the end of the call was written down.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it was written down: what was done is never changed.
    #[entity(sql = "{t}.created_at")]
    pub updated_at: DateTime<Utc>,
}
