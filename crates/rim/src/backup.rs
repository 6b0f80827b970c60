//! Copies of the tenant's data (spec 5.10).

pub mod begin;
pub mod download;
pub mod expire;
pub mod jobs;
pub mod machine;
pub mod make;
pub mod start;

use bizgraph_kernel::backup::BackupLink;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// How much a backup holds.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimBackupType")]
pub enum BackupType {
    /// `full`: everything.
    #[word("full")]
    Full,
    /// `incremental`: the tables that changed since the last full one.
    #[word("incremental")]
    Incremental,
}

/// Which rule of retention keeps a backup.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimBackupKind")]
pub enum BackupKind {
    /// `daily`.
    #[word("daily")]
    Daily,
    /// `weekly`.
    #[word("weekly")]
    Weekly,
    /// `monthly`.
    #[word("monthly")]
    Monthly,
    /// `manual`: somebody asked for it.
    #[word("manual")]
    Manual,
}

/// Where a backup stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimBackupStatus")]
pub enum BackupStatus {
    /// `success`: it is there.
    #[word("success")]
    Success,
    /// `failed`: it is not.
    #[word("failed")]
    Failed,
    /// `in_progress`: it is being made.
    #[word("in_progress")]
    InProgress,
}

/// A copy of the tenant's data.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = backups, permission = "rim.backup",
    default_order = created_at desc, machine = crate::backup::machine::MACHINE)]
#[has_many(increments: Backup by base_backup_id "Incremental backups that go on from it.")]
pub struct Backup {
    pub id: Uuid,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// How much it holds.
    #[entity(filter)]
    pub r#type: BackupType,
    /// Which rule of retention keeps it.
    pub kind: BackupKind,
    /// The full backup that it goes on from.
    #[entity(belongs_to = base_backup: Backup, filter)]
    pub base_backup_id: Option<Uuid>,
    /// Bytes.
    pub size: i64,
    /// Where it stands.
    #[entity(filter)]
    pub status: BackupStatus,
    /// When it was ready, or given up.
    pub completed_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub error_message: Option<String>,
    /// Days that it is kept.
    pub retention_days: i32,
    #[entity(hidden)]
    pub location: Option<String>,
    #[entity(hidden)]
    pub sha256: Option<String>,
    #[entity(hidden)]
    pub manifest: Option<Value>,
    /// Where its sealed file can be fetched without a login, as a path on this server; for
    /// fifteen minutes from this answer, and only while it is there.
    #[entity(
        sql = "CASE WHEN {t}.status = 'success' AND {t}.removed_at IS NULL THEN {t}.location END",
        sensitive = "rim.backup.download"
    )]
    pub download_url: Option<BackupLink>,
    /// When its file was removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was begun.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
