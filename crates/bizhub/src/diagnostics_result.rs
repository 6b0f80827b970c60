//! Test results of assets. A row never changes; a correction is a new row (spec 6.11).

use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

/// What a test came to.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubDiagnosticsOverallResult")]
pub enum OverallResult {
    /// Everything works.
    Pass,
    /// It can be sold, with what the notes say.
    #[word("Pass with Notes")]
    PassWithNotes,
    /// It cannot be sold as it is.
    Fail,
}

/// One round of tests of a device.
#[derive(Entity, Clone, Debug)]
#[entity(table = diagnostics_results, module = "bizhub",
    permission = "bizhub.diagnostics_result", default_order = created_at desc)]
#[period(diagnostic_date)]
pub struct DiagnosticsResult {
    pub id: i32,
    /// The device that was tested.
    #[entity(belongs_to = asset: crate::asset::Asset, filter)]
    pub asset_id: i32,
    /// Who tested it.
    #[entity(belongs_to = technician: crate::user::User, filter)]
    pub technician_id: i32,
    /// Name of whoever tested it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.technician_id")]
    pub technician_name: String,
    /// Each check of the model's category with pass, fail or a note.
    pub checklist_data: Value,
    /// What it came to.
    #[entity(filter, order)]
    pub overall_result: OverallResult,
    /// What has to be known beside the checks.
    pub notes: Option<String>,
    /// The business day of the test.
    #[entity(filter, order)]
    pub diagnostic_date: NaiveDate,
    /// When it was recorded.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}
