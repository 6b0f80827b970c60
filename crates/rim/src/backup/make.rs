//! Making a backup that was begun (spec 5.10): outside of any transaction, so that nobody waits
//! for it. A server that stops meanwhile leaves it begun, and the next one makes it from anew.

use std::time::Duration;

use bizgraph_kernel::backup::{BackupFault, Base, Made, Order};
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::job::Outside;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{Backup, BackupStatus, BackupType, machine};
use crate::backup_settings::{self, BackupSettings};

/// How long a backup may take; after that it is given up.
pub const MOST_HOURS: i64 = 6;

/// Makes one backup.
pub async fn make(outside: &Outside, key: &str) -> Rule<()> {
    let id = read_key(key)?;
    let mut tx = outside.begin().await?;
    let (backup, order) = (tx.get::<Backup>(id).await?, order(&mut tx, id).await?);
    let rest = backup.created_at + TimeDelta::hours(MOST_HOURS) - tx.now;
    tx.rollback().await;
    if backup.status != BackupStatus::InProgress {
        return Ok(());
    }
    let tenant = &outside.actor.tenant;
    let rest = rest.to_std().unwrap_or(Duration::ZERO);
    let made = outside.kernel.make_backup(tenant, order, rest).await;
    let mut tx = outside.begin().await?;
    let settings = backup_settings::locked(&mut tx).await?;
    let backup: Backup = tx.get_locked(id).await?;
    let is_open = backup.status == BackupStatus::InProgress;
    match made {
        Ok(made) if is_open => {
            succeed(&mut tx, &backup, &settings, made).await?;
            Ok(tx.commit().await?)
        }
        // It took so long that it was given up meanwhile.
        Ok(made) => {
            tx.rollback().await;
            Ok(outside.kernel.remove_backup(tenant, &made.location).await.map_err(fault)?)
        }
        Err(fault) => {
            let told = fault.told();
            if is_open {
                fail(&mut tx, &backup, &told).await?;
                tx.commit().await?;
            } else {
                tx.rollback().await;
            }
            Err(Refusal::new(Code::ProviderFailed, "", told).into())
        }
    }
}

async fn order(tx: &mut Tx, id: Uuid) -> Rule<Order> {
    let backup: Backup = tx.get(id).await?;
    let place = backup_settings::current(tx).await?.storage_location.place();
    let base = match backup.base_backup_id {
        Some(base) => Some(base_of(tx.get(base).await?)?),
        None => None,
    };
    Ok(Order { name: backup.name, place, base })
}

fn base_of(full: Backup) -> Rule<Base> {
    let manifest = full.manifest.and_then(|manifest| serde_json::from_value(manifest).ok());
    let base = full.sha256.zip(manifest).map(|(sha256, manifest)| Base { sha256, manifest });
    base.ok_or_else(|| Fault::internal("a full backup without its manifest").into())
}

async fn succeed(tx: &mut Tx, backup: &Backup, settings: &BackupSettings, made: Made) -> Rule<()> {
    // Only a full one is gone on from.
    let manifest = (backup.r#type == BackupType::Full).then(|| json!(made.manifest));
    let sets = vec![
        Backup::SIZE.to(made.size),
        Backup::LOCATION.to(Some(made.location)),
        Backup::SHA256.to(Some(made.sha256)),
        Backup::MANIFEST.to(manifest),
        Backup::COMPLETED_AT.to(Some(tx.now)),
    ];
    tx.advance(backup, &machine::SUCCEED, BackupStatus::Success.spelling(), sets).await?;
    let now = tx.now;
    tx.amend(settings, vec![BackupSettings::LAST_BACKUP.to(Some(now))]).await?;
    Ok(())
}

/// Ends a backup without one.
pub async fn fail(tx: &mut Tx, backup: &Backup, why: &str) -> Rule<()> {
    let why: String = why.chars().take(500).collect();
    let sets = vec![Backup::ERROR_MESSAGE.to(Some(why)), Backup::COMPLETED_AT.to(Some(tx.now))];
    tx.advance(backup, &machine::FAIL, BackupStatus::Failed.spelling(), sets).await?;
    Ok(())
}

/// A store that does not answer.
pub fn fault(fault: BackupFault) -> Fault {
    match fault {
        BackupFault::Fault(fault) => fault,
        other => Fault::Unreachable(other.to_string()),
    }
}

/// The key of a row as a job knows it.
pub fn read_key(key: &str) -> Rule<Uuid> {
    key.parse().map_err(|_| Fault::internal("a key that is no UUID").into())
}
