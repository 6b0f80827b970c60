//! Attaching a file to a row of a module: by whoever uploaded it, once, where its type fits.

use uuid::Uuid;

use super::{LINK_KIND, StoredFile};
use crate::db::Tx;
use crate::db::tx::not_found;
use crate::entity::Id;
use crate::entity::sql::{Bind, Sql};
use crate::mutation::Outcome;
use crate::refusal::{Code, Refusal, Rule};

impl Tx {
    /// The file that the caller uploaded to attach it, locked. Refuses one that is not of these
    /// types, or attached already.
    ///
    /// # Errors
    /// `NOT_FOUND` for another person's file, and for one that is being removed.
    pub async fn uploaded(
        &mut self,
        id: &Id<StoredFile>,
        field: &str,
        types: &[&str],
    ) -> Rule<StoredFile> {
        let file = self.lock(id, field).await?;
        if file.created_by != self.actor.id || file.removed_at.is_some() {
            return Err(not_found::<StoredFile>(field).into());
        }
        self.require(!file.attached, || {
            Refusal::new(Code::AlreadyDone, field, "This file is attached already. Upload another.")
        });
        self.require(types.contains(&file.content_type.as_str()), || {
            let types = types.join(", ");
            let message =
                format!("This file is {}; here it has to be one of {types}.", file.content_type);
            Refusal::new(Code::FileRejected, field, message).with("type", file.content_type.clone())
        });
        Ok(file)
    }

    /// A row has the file from now on.
    pub async fn attach(&mut self, file: &StoredFile) -> Rule<StoredFile> {
        self.amend(file, vec![StoredFile::ATTACHED.to(true)]).await
    }

    /// No row has the file any more.
    pub async fn detach(&mut self, file: Uuid) -> Rule<()> {
        let mut condition = Sql::new("t.id = ");
        condition.bind(Bind::Uuid(Some(file))).push(" FOR NO KEY UPDATE OF t");
        for file in self.select::<StoredFile>(condition).await? {
            self.amend(&file, vec![StoredFile::ATTACHED.to(false)]).await?;
        }
        Ok(())
    }

    /// Adds a link to an attached file to what a mutation answers; the mutation settles who may
    /// have it.
    pub fn link_file(&self, outcome: Outcome, file: Uuid) -> Outcome {
        self.link(outcome, LINK_KIND, &file.to_string())
    }
}
