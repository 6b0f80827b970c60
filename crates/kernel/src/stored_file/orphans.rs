//! Files that no row has: a day after they were touched last they are removed.

use chrono::TimeDelta;
use uuid::Uuid;

use super::StoredFile;
use crate::entity::{Bind, Sql};
use crate::job::Outside;
use crate::refusal::Rule;

/// How long a file waits for a row.
const KEPT_UNATTACHED: TimeDelta = TimeDelta::hours(24);

/// The files that no row has had for a day, at the instant of a job's run, and those whose content
/// may still be there since the last attempt to remove it broke off.
pub const ORPHANS: &str = "SELECT id::text FROM stored_files WHERE NOT attached \
                           AND (removed_at IS NOT NULL OR updated_at \
                             <= current_setting('bizgraph.now')::timestamptz - interval '24 hours') \
                           ORDER BY updated_at, id";

/// Removes a file that no row has: first it counts as gone, so that nobody attaches it any more,
/// then its content is removed with nothing locked, then its row. What a failure leaves is found
/// again.
///
/// # Errors
/// When the store cannot be reached.
pub async fn remove_orphan(outside: &Outside, key: &str) -> Rule<()> {
    let Ok(id) = key.parse::<Uuid>() else { return Ok(()) };
    let mut tx = outside.begin().await?;
    let mut condition = orphan(id);
    condition.push(" AND (t.removed_at IS NOT NULL OR t.updated_at <= ");
    condition.bind(Bind::Instant(Some(tx.now - KEPT_UNATTACHED))).push(") FOR UPDATE OF t");
    let Some(file) = tx.select::<StoredFile>(condition).await?.pop() else {
        tx.rollback().await;
        return Ok(());
    };
    if file.removed_at.is_none() {
        let now = tx.now;
        tx.amend(&file, vec![StoredFile::REMOVED_AT.to(Some(now))]).await?;
    }
    tx.commit().await?;
    outside.kernel.files.remove(&file.location).await?;
    let mut tx = outside.begin().await?;
    let mut condition = orphan(id);
    condition.push(" FOR UPDATE OF t");
    for file in tx.select::<StoredFile>(condition).await? {
        tx.delete(&file).await?;
    }
    Ok(tx.commit().await?)
}

fn orphan(id: Uuid) -> Sql {
    let mut condition = Sql::new("NOT t.attached AND t.id = ");
    condition.bind(Bind::Uuid(Some(id)));
    condition
}
