//! Files that people upload: typed by their content, kept in a store beside the database, and
//! attached to a row of a module. What nobody attaches within a day is removed.

mod attach;
mod content;
mod file_link;
mod scan;
mod serve;
mod store;
mod upload;

pub use content::ACCEPTED;
pub use file_link::FileLink;
pub use scan::{Arrival, NoScanner, Scanner, Verdict};
pub use serve::{Linked, StoredContent};
pub use store::FileStore;
pub(crate) use store::unreachable;

use async_graphql::InputObject;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::Entity;
use crate::db::Tx;
use crate::entity::Id;
use crate::entity::metadata::Entity as _;
use crate::entity::sql::{Bind, Sql};
use crate::job::Outside;
use crate::mutation::{Mutation, Outcome, parse_input};
use crate::refusal::Rule;
use crate::signed_link::LINK_FIELDS;

/// The permission without which nobody uploads.
pub const UPLOAD: &str = "platform.stored_file.create";

/// Most bytes of one file: 10 MiB.
pub const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// Pictures, as a photo of a thing may be.
pub const IMAGES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp", "image/heif"];

/// How long a file waits for a row.
const KEPT_UNATTACHED: TimeDelta = TimeDelta::hours(24);

/// The kind of a link to a stored file.
pub(crate) const LINK_KIND: &str = "platform.stored_file";

/// A file that somebody uploaded.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "StoredFile", table = stored_files, module = "platform",
    permission = "platform.stored_file", default_order = id desc)]
#[scope(own = "{t}.created_by = {person}")]
pub struct StoredFile {
    pub id: Uuid,
    /// What it was called, without anything that a file system would take amiss.
    pub name: String,
    /// What it is, found in its content.
    pub content_type: String,
    /// How long it is, in bytes.
    pub byte_length: i64,
    /// SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
    /// Where it lies in the store.
    #[entity(hidden)]
    pub location: String,
    /// Whether a row has it; a file that none has is removed a day after it was touched last.
    pub attached: bool,
    /// Since when it counts as gone, until its content is.
    #[entity(hidden)]
    pub removed_at: Option<DateTime<Utc>>,
    /// Who uploaded it.
    #[entity(filter)]
    pub created_by: String,
    /// Moves on with every change.
    pub version: i32,
    /// When it was uploaded.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// The file to be handed out.
#[derive(InputObject)]
#[graphql(name = "StoredFileLinkInput")]
pub struct LinkInput {
    /// The file.
    pub stored_file_id: Id<StoredFile>,
}

/// `storedFileLink`; written out because its rule answers more than the entity.
pub static STORED_FILE_LINK: Mutation = Mutation {
    name: "storedFileLink",
    doc: "Answers a link to a file that the caller may see, for ten minutes.",
    permission: "platform.stored_file.read",
    approval: None,
    keyed: false,
    input_type: <LinkInput as async_graphql::InputType>::create_type_info,
    entity: Some(|| StoredFile::META),
    extra: LINK_FIELDS,
    run: |tx, value| Box::pin(async move { link(tx, parse_input(value)?).await }),
};

async fn link(tx: &mut Tx, input: LinkInput) -> Rule<Outcome> {
    let file = tx.read(&input.stored_file_id, "storedFileId").await?;
    let key = file.id.to_string();
    Ok(tx.link(Outcome::from(file), LINK_KIND, &key))
}

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
