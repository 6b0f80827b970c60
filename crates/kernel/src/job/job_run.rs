//! What became of a job: when it ran, for which day, and what failed.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::{Entity, Words};

/// Where a run stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "JobRunStatus")]
pub enum JobRunStatus {
    /// Asked for, and not begun yet.
    #[word("queued")]
    Queued,
    /// Under way.
    #[word("running")]
    Running,
    /// Everything that was due was tried.
    #[word("done")]
    Done,
    /// Ended before everything was tried: the server stopped, or could not read what was due.
    #[word("interrupted")]
    Interrupted,
}

/// One run of a job. Jobs that run every few minutes leave one only when something was due.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "JobRun", table = job_runs, module = "platform",
    permission = "platform.job_run", default_order = id desc)]
pub struct JobRun {
    pub id: i32,
    /// Name of the job.
    #[entity(filter)]
    pub job: String,
    /// The day that it ran for.
    #[entity(filter, order)]
    pub business_date: NaiveDate,
    /// Where it stands.
    #[entity(filter)]
    pub status: JobRunStatus,
    /// Who asked for it: a person's key, or `system`.
    pub asked_by: String,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How long it took, in milliseconds.
    #[entity(sql = "(EXTRACT(EPOCH FROM {t}.finished_at - {t}.started_at) * 1000)::int")]
    pub milliseconds: Option<i32>,
    /// Items that went well.
    pub succeeded: i32,
    /// Items that did not.
    pub failed: i32,
    /// The first hundred failures: `item`, the key of what was due, or null where the run itself
    /// failed, and `message`.
    pub failures: Value,
    /// Moves on with every change.
    pub version: i32,
    /// When it was asked for.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
