//! A backup that somebody asks for (spec 5.10). One is made at a time; an incremental one goes on
//! from the last full one, which must be there. It is made in the background.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::begin::{Beginning, base, begin, running};
use super::{Backup, BackupKind, BackupType};
use crate::backup_settings;

/// What to back up.
#[derive(InputObject)]
#[graphql(name = "RimBackupStartInput")]
pub struct Start {
    /// How much it holds.
    pub r#type: BackupType,
    /// What it is called; unique, at most 100 characters. Left out, it is named by its type and
    /// its moment.
    pub name: Option<String>,
    /// Days that it is kept, from 1 to 3,650; left out, as the settings say.
    pub retention_days: Option<i32>,
    /// Why, at most 500 characters, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Begins a backup. It is made in the background: read its status, or ask for its link once
    /// it is there.
    pub START = "rimBackupStart"(Start) -> Backup,
    permission "rim.backup.transition:start" => start
}

/// Begins a backup by hand (spec 5.10).
pub async fn start(tx: &mut Tx, input: Start) -> Rule<Backup> {
    let settings = backup_settings::locked(tx).await?;
    if let Some(running) = running(tx).await? {
        let message = format!("{} is being made; wait until it is there.", running.name);
        let refusal = Refusal::new(Code::PreconditionFailed, "", message);
        tx.refuse(refusal.with("backup", running.name));
    }
    let base = match input.r#type {
        BackupType::Incremental => base(tx).await?,
        BackupType::Full => None,
    };
    tx.require(input.r#type == BackupType::Full || base.is_some(), || {
        let message = "There is no full backup that an incremental one could go on from, or the \
                       tables have another shape since. Make a full one first.";
        Refusal::new(Code::PreconditionFailed, "type", message)
    });
    let name = tx.optional_text(input.name, "name", 100);
    tx.optional_text(input.reason, "reason", 500);
    let retention_days = input.retention_days.unwrap_or(settings.retention_days);
    tx.require((1..=3_650).contains(&retention_days), || {
        let refusal = Refusal::new(Code::OutOfRange, "retentionDays", "From 1 to 3,650 days.");
        refusal.with("least", 1).with("most", 3_650)
    });
    tx.settle()?;
    let beginning = Beginning { kind: BackupKind::Manual, base, name, retention_days };
    begin(tx, input.r#type, beginning).await
}
