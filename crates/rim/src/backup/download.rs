//! A backup on its way out of the house (spec 5.10): by a link that works for a quarter of an
//! hour, and that the trail tells of. The file is sealed, so that only a server with the same key
//! can restore it.

use async_graphql::InputObject;
use bizgraph_kernel::backup::DOWNLOAD_FIELDS;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{Backup, BackupStatus};

/// Which backup to hand out.
#[derive(InputObject)]
#[graphql(name = "RimBackupDownloadInput")]
pub struct Download {
    /// The backup.
    pub backup_id: Id<Backup>,
    /// Why, at most 500 characters, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Answers a link to the sealed file of a backup, for fifteen minutes.
    pub DOWNLOAD = "rimBackupDownload"(Download) -> Backup,
    permission "rim.backup.download" also DOWNLOAD_FIELDS => download
}

async fn download(tx: &mut Tx, input: Download) -> Rule<Outcome> {
    let backup: Backup = tx.read(&input.backup_id, "backupId").await?;
    tx.optional_text(input.reason, "reason", 500);
    tx.require(backup.status == BackupStatus::Success, || {
        let status = backup.status.spelling();
        let message = format!("Only a backup that is there can be handed out; it is {status}.");
        Refusal::new(Code::PreconditionFailed, "backupId", message).with("status", status)
    });
    let location = backup.location.clone().filter(|_| backup.removed_at.is_none());
    let is_gone = backup.status == BackupStatus::Success && location.is_none();
    tx.require(!is_gone, || {
        let message = "Its time was over and its file was removed.";
        Refusal::new(Code::Expired, "backupId", message)
    });
    tx.settle()?;
    tx.hand_out_backup(&backup, location.as_deref().unwrap_or_default(), "backupId")
}
