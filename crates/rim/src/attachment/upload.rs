//! Files on their way into a message: uploaded by its sender before, at most five, each once, and
//! of a type that the store takes in (spec 5.7).

use std::collections::HashSet;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::stored_file::{ACCEPTED, StoredFile};

use super::Attachment;
use crate::chat_message::ChatMessage;

/// Files of one message at most.
const MOST: usize = 5;

/// The files that the caller uploaded, locked.
pub async fn uploaded(tx: &mut Tx, ids: Vec<Id<StoredFile>>) -> Rule<Vec<StoredFile>> {
    if ids.len() > MOST {
        let message = format!("A message takes {MOST} files at most.");
        let refusal = Refusal::new(Code::LimitExceeded, "storedFileIds", message);
        return Err(refusal.with("most", MOST).into());
    }
    let (mut files, mut seen) = (Vec::with_capacity(ids.len()), HashSet::new());
    for (place, id) in ids.iter().enumerate() {
        let field = format!("storedFileIds.{place}");
        let file = tx.uploaded(id, &field, ACCEPTED).await?;
        tx.require(seen.insert(file.id), || {
            Refusal::new(Code::ValidationFailed, field, "This file is named twice.")
        });
        files.push(file);
    }
    Ok(files)
}

/// The message carries the files from now on.
pub async fn attach(tx: &mut Tx, message: &ChatMessage, files: &[StoredFile]) -> Rule<()> {
    for file in files {
        tx.attach(file).await?;
        tx.append::<Attachment>(vec![
            Attachment::MESSAGE_ID.to(Some(message.id)),
            Attachment::STORED_FILE_ID.to(file.id),
        ])
        .await?;
    }
    Ok(())
}
