//! Files that people upload: typed by their content, kept in a store beside the database, and
//! attached to a row of a module. What nobody attaches within a day is removed.

mod attach;
mod content;
mod file_link;
mod link;
mod orphans;
mod scan;
mod serve;
mod store;
mod upload;

pub use content::ACCEPTED;
pub use file_link::FileLink;
pub use link::STORED_FILE_LINK;
pub use orphans::{ORPHANS, remove_orphan};
pub use scan::{Arrival, NoScanner, Scanner, Verdict};
pub use serve::{Linked, StoredContent};
pub use store::FileStore;
pub(crate) use store::unreachable;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Entity;

/// The permission without which nobody uploads.
pub const UPLOAD: &str = "platform.stored_file.create";

/// Most bytes of one file: 10 MiB.
pub const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// Pictures, as a photo of a thing may be.
pub const IMAGES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp", "image/heif"];

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
