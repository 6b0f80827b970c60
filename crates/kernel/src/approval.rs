//! Four eyes: whoever asked for a thing cannot approve it (spec 1.7.5).
//! The first person's mutation stores the move as it was asked; another person's
//! `approvalApprove` runs it, if its guards still hold; `approvalReject` ends it.

mod approve;
mod ask;
mod decide;
mod reject;

pub use approve::APPROVE;
pub use ask::ApprovalAsked;
pub(crate) use ask::store;
pub use reject::REJECT;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::setting::{Setting, is_bool};
use crate::{Entity, Words};

/// Whether a second person has to agree where the rules name one.
pub static FOUR_EYES_ENFORCED: Setting = Setting {
    key: "four_eyes.enforced",
    doc: "Whether a second person has to agree to refunds, scrapping, large stock adjustments \
          and the like. A tenant with a single administrator can switch it off.",
    default: "true",
    check: is_bool,
};

/// Where an approval request stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "ApprovalStatus")]
pub enum ApprovalStatus {
    /// Waits for a second person.
    #[word("pending")]
    Pending,
    /// The move was made.
    #[word("approved")]
    Approved,
    /// The move will not be made.
    #[word("rejected")]
    Rejected,
}

/// A move that one person asked for and another has to agree to.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "ApprovalRequest", table = approval_requests, module = "platform",
    permission = "platform.approval_request", default_order = id desc)]
#[scope(own = "{t}.requested_by = {person}")]
pub struct ApprovalRequest {
    pub id: i32,
    /// Name of the mutation that was asked for.
    #[entity(filter)]
    pub mutation: String,
    /// The input as it was sent.
    pub input: Value,
    /// Hash of the mutation's name and input.
    #[entity(hidden)]
    pub input_hash: String,
    /// What it is about, in words.
    pub summary: String,
    /// Type of the row that it is about.
    #[entity(filter)]
    pub entity: String,
    #[entity(hidden)]
    pub entity_id: String,
    /// Where it stands.
    #[entity(filter)]
    pub status: ApprovalStatus,
    #[entity(hidden)]
    pub requested_by: String,
    /// Who asked.
    pub requested_by_name: String,
    #[entity(hidden)]
    pub decided_by: Option<String>,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected, or a remark.
    pub decision_reason: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was asked.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
