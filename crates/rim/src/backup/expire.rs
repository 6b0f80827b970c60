//! How long backups stay (spec 5.10): for their days, and of each kind only so many. A full one
//! stays as long as an incremental one needs it.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job::Outside;
use bizgraph_kernel::refusal::Rule;

use super::make::{fault, read_key};
use super::{Backup, BackupType};
use crate::backup_settings;

/// The backups whose time is over, incremental ones first, and those whose file is still there
/// since the last attempt to remove it broke off.
pub const EXPIRED: &str = "\
    WITH kept AS (SELECT b.id, b.type, b.base_backup_id, \
        b.created_at <= current_setting('bizgraph.now')::timestamptz \
          - make_interval(days => b.retention_days) \
        OR row_number() OVER (PARTITION BY b.kind ORDER BY b.created_at DESC, b.id DESC) > \
          CASE b.kind WHEN 'daily' THEN s.keep_daily WHEN 'weekly' THEN s.keep_weekly \
            WHEN 'monthly' THEN s.keep_monthly END AS is_over \
      FROM backups b CROSS JOIN backup_settings s \
      WHERE b.status = 'success' AND b.removed_at IS NULL) \
    SELECT id::text FROM (SELECT k.id, k.type FROM kept k WHERE k.is_over \
      AND NOT EXISTS (SELECT FROM kept i WHERE i.base_backup_id = k.id AND i.is_over IS NOT TRUE) \
      UNION ALL \
      SELECT id, type FROM backups WHERE removed_at IS NOT NULL AND location IS NOT NULL) gone \
    ORDER BY type DESC, id";

/// Removes one backup: first it counts as gone, then its file is removed, then that is noted, so
/// that nothing goes on from a file that is being removed.
pub async fn expire(outside: &Outside, key: &str) -> Rule<()> {
    let id = read_key(key)?;
    let mut tx = outside.begin().await?;
    backup_settings::locked(&mut tx).await?;
    let backup: Backup = tx.get_locked(id).await?;
    let Some(location) = backup.location.clone() else {
        tx.rollback().await;
        return Ok(());
    };
    if backup.removed_at.is_none() {
        if is_needed(&mut tx, &backup).await? {
            tx.rollback().await;
            return Ok(());
        }
        let now = tx.now;
        tx.update(&backup, vec![Backup::REMOVED_AT.to(Some(now))]).await?;
    }
    tx.commit().await?;
    outside.kernel.remove_backup(&outside.actor.tenant, &location).await.map_err(fault)?;
    let mut tx = outside.begin().await?;
    let backup: Backup = tx.get_locked(id).await?;
    tx.amend(&backup, vec![Backup::LOCATION.to(None)]).await?;
    Ok(tx.commit().await?)
}

/// Whether an incremental backup goes on from it, one that is being made included.
async fn is_needed(tx: &mut Tx, backup: &Backup) -> Rule<bool> {
    if backup.r#type == BackupType::Incremental {
        return Ok(false);
    }
    let mut needs = Sql::new("t.status <> 'failed' AND t.removed_at IS NULL ");
    needs.push("AND t.base_backup_id = ").bind(Bind::Uuid(Some(backup.id))).push(" LIMIT 1");
    Ok(!tx.select::<Backup>(needs).await?.is_empty())
}
