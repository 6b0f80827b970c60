//! What happens to backups by the clock (spec 5.10): begun when the settings say so, made, given
//! up after six hours, removed when their time is over.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;
use uuid::Uuid;

use super::begin::{Beginning, base, begin, running};
use super::expire::{EXPIRED, expire};
use super::make::{MOST_HOURS, fail, make, read_key};
use super::{Backup, BackupStatus, BackupType};
use crate::backup_settings::{self, BackupSettings};

/// Incremental backups after which a full one is made again.
const MOST_INCREMENTS: i64 = 6;

job! {
    /// Begins a backup when it is due.
    pub START_BACKUP = "startBackup", every 1 minutes,
    due "SELECT id::text FROM backup_settings WHERE enabled AND (next_backup IS NULL \
         OR next_backup <= current_setting('bizgraph.now')::timestamptz)"
    => start_due
}

job! {
    /// Makes the backup that was begun, unless its time is over.
    pub MAKE_BACKUPS = "makeBackups", every 1 minutes,
    due "SELECT id::text FROM backups WHERE status = 'in_progress' AND created_at \
         > current_setting('bizgraph.now')::timestamptz - interval '6 hours'"
    => outside make
}

job! {
    /// Gives a backup up that was not there after six hours.
    pub GIVE_UP_BACKUPS = "giveUpBackups", every 15 minutes,
    due "SELECT id::text FROM backups WHERE status = 'in_progress' AND created_at \
         <= current_setting('bizgraph.now')::timestamptz - interval '6 hours'"
    => give_up
}

job! {
    /// Removes backups whose time is over, or of whose kind there are more than are kept.
    pub REMOVE_BACKUPS = "removeBackups", daily, due EXPIRED => outside expire
}

/// Begins the backup that is due. While another one is made, it is tried again; one that was
/// missed because no server ran is made once, not for each time.
pub async fn start_due(tx: &mut Tx, _settings: &str) -> Rule<()> {
    let settings = backup_settings::locked(tx).await?;
    let next = settings.next_after(&tx.actor.tenant.time_zone, tx.now);
    let is_due = settings.next_backup.is_some_and(|due| due <= tx.now);
    if !settings.enabled || settings.next_backup.is_some() && !is_due {
        return Ok(());
    }
    if let Some(due) = settings.next_backup {
        if running(tx).await?.is_some() {
            return Ok(());
        }
        let base = match settings.backup_type {
            BackupType::Incremental => base_with_room(tx).await?,
            BackupType::Full => None,
        };
        let r#type = match base {
            Some(_) => BackupType::Incremental,
            None => BackupType::Full,
        };
        let kind = settings.kind_on(tx.actor.tenant.local_date(due));
        let retention_days = settings.retention_days;
        begin(tx, r#type, Beginning { kind, base, name: None, retention_days }).await?;
    }
    tx.amend(&settings, vec![BackupSettings::NEXT_BACKUP.to(next)]).await?;
    Ok(())
}

/// The full backup to go on from, unless so many do already that a fresh one is due.
async fn base_with_room(tx: &mut Tx) -> Rule<Option<Uuid>> {
    let Some(base) = base(tx).await? else { return Ok(None) };
    let mut count =
        Sql::new("SELECT count(*) FROM backups WHERE status = 'success' AND base_backup_id = ");
    count.bind(Bind::Uuid(Some(base)));
    let rows = tx.load(count).await?;
    let increments: i64 = rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default();
    Ok((increments < MOST_INCREMENTS).then_some(base))
}

/// Gives a backup up (spec 5.10).
pub async fn give_up(tx: &mut Tx, key: &str) -> Rule<()> {
    backup_settings::locked(tx).await?;
    let backup: Backup = tx.get_locked(read_key(key)?).await?;
    let is_stuck = tx.now - backup.created_at >= TimeDelta::hours(MOST_HOURS);
    if backup.status == BackupStatus::InProgress && is_stuck {
        let why = format!("It was not there after {MOST_HOURS} hours.");
        fail(tx, &backup, &why).await?;
    }
    Ok(())
}
