//! When backups are made, where they go and how long they stay (spec 5.10): one row.

pub mod schedule;
pub mod update;

use bizgraph_kernel::backup::Place;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Sql;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::backup::BackupType;

/// How often backups are made.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimBackupFrequency")]
pub enum BackupFrequency {
    /// `daily`.
    #[word("daily")]
    Daily,
    /// `weekly`.
    #[word("weekly")]
    Weekly,
    /// `monthly`.
    #[word("monthly")]
    Monthly,
}

/// Where backups go.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimStorageLocation")]
pub enum StorageLocation {
    /// `local`: a folder of the server.
    #[word("local")]
    Local,
    /// `cloud`: a store elsewhere.
    #[word("cloud")]
    Cloud,
}

/// When backups are made, where they go and how long they stay.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = backup_settings, permission = "rim.backup_settings",
    plural = "allBackupSettings")]
pub struct BackupSettings {
    pub id: Uuid,
    /// Whether they are made by themselves.
    pub enabled: bool,
    /// How often.
    pub frequency: BackupFrequency,
    /// When in the day, `HH:mm` in the tenant's time zone.
    pub time: String,
    /// Days that one is kept.
    pub retention_days: i32,
    /// Daily ones that are kept.
    pub keep_daily: i32,
    /// Weekly ones that are kept.
    pub keep_weekly: i32,
    /// Monthly ones that are kept.
    pub keep_monthly: i32,
    /// How much they hold.
    pub backup_type: BackupType,
    /// Where they go.
    pub storage_location: StorageLocation,
    /// Whose store, when it is elsewhere.
    pub cloud_provider: Option<String>,
    /// When the last one was made.
    pub last_backup: Option<DateTime<Utc>>,
    /// When the next one is due.
    pub next_backup: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When the tenant was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl StorageLocation {
    /// The store behind it.
    pub fn place(self) -> Place {
        match self {
            StorageLocation::Local => Place::Local,
            StorageLocation::Cloud => Place::Cloud,
        }
    }
}

/// The settings as they stand.
pub async fn current(tx: &mut Tx) -> Rule<BackupSettings> {
    only_row(tx, "TRUE").await
}

/// The settings, locked until the transaction ends: who begins or ends a backup goes through
/// here, so that two never do at one time.
pub async fn locked(tx: &mut Tx) -> Rule<BackupSettings> {
    only_row(tx, "TRUE FOR NO KEY UPDATE OF t").await
}

async fn only_row(tx: &mut Tx, condition: &str) -> Rule<BackupSettings> {
    let row = tx.select::<BackupSettings>(Sql::new(condition)).await?.pop();
    row.ok_or_else(|| Fault::internal("a tenant without backup settings").into())
}
