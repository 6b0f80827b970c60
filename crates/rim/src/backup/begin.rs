//! How every backup begins, whoever asked for it (spec 5.10).

use bizgraph_kernel::backup::shape;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::{Backup, BackupKind, BackupType, jobs};

/// A backup that is to begin.
pub struct Beginning {
    pub kind: BackupKind,
    /// The full backup that it goes on from.
    pub base: Option<Uuid>,
    pub name: Option<String>,
    pub retention_days: i32,
}

/// The backup that is being made.
pub async fn running(tx: &mut Tx) -> Rule<Option<Backup>> {
    Ok(tx.select(Sql::new("t.status = 'in_progress'")).await?.pop())
}

/// The full backup that an incremental one can go on from: the last one of this tenant, if the
/// tables still have its shape.
pub async fn base(tx: &mut Tx) -> Rule<Option<Uuid>> {
    let mut last = Sql::new(
        "t.type = 'full' AND t.status = 'success' AND t.removed_at IS NULL \
         AND t.manifest IS NOT NULL AND starts_with(split_part(t.location, ':', 2), ",
    );
    last.bind(Bind::Text(Some(format!("{}/", tx.actor.tenant.slug))));
    last.push(") ORDER BY t.completed_at DESC, t.id DESC LIMIT 1");
    let Some(full) = tx.select::<Backup>(last).await?.pop() else { return Ok(None) };
    let shape = shape(&tx.actor.tenant, tx.actor.module);
    let shape = shape.map_err(|fault| Fault::internal(fault.to_string()))?;
    let is_same = full.manifest.is_some_and(|it| it["migrations"] == serde_json::json!(shape));
    Ok(is_same.then_some(full.id))
}

/// Begins a backup; the job that makes it is asked for at once.
pub async fn begin(tx: &mut Tx, r#type: BackupType, beginning: Beginning) -> Rule<Backup> {
    let Beginning { kind, base, name, retention_days } = beginning;
    let name = match name {
        Some(name) => name,
        None => free_name(tx, r#type).await?,
    };
    tx.run_soon(&jobs::MAKE_BACKUPS).await?;
    tx.insert(vec![
        Backup::NAME.to(name),
        Backup::TYPE.to(r#type),
        Backup::KIND.to(kind),
        Backup::BASE_BACKUP_ID.to(base),
        Backup::RETENTION_DAYS.to(retention_days),
    ])
    .await
}

/// `full 2026-03-02 10:00`, and a number behind it where that is taken.
async fn free_name(tx: &mut Tx, r#type: BackupType) -> Rule<String> {
    let moment = tx.now.with_timezone(&tx.actor.tenant.time_zone).format("%Y-%m-%d %H:%M");
    let name = format!("{} {moment}", r#type.spelling());
    let mut taken = Sql::new("SELECT count(*) FROM backups WHERE starts_with(name, ");
    taken.bind(Bind::Text(Some(name.clone()))).push(")");
    let rows = tx.load(taken).await?;
    let taken: i64 = rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default();
    Ok(if taken == 0 { name } else { format!("{name} ({})", taken + 1) })
}
