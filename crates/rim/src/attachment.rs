//! Files sent with messages: a face of the kernel's stored files (spec 5.7, 1.11).

pub mod link;
pub mod upload;

use bizgraph_kernel::Entity;
use bizgraph_kernel::stored_file::FileLink;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::chat_message::ChatMessage;

/// A file sent with a message.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = attachments, permission = "rim.attachment",
    default_order = created_at)]
#[scope(own = "EXISTS (SELECT 1 FROM chat_messages m JOIN tickets k ON k.id = m.ticket_id \
               WHERE m.id = {t}.message_id AND NOT m.internal AND k.customer_id = {actor})")]
pub struct Attachment {
    pub id: Uuid,
    /// The message it was sent with; empty until it is sent.
    #[entity(belongs_to = message: ChatMessage, filter)]
    pub message_id: Option<Uuid>,
    #[entity(hidden)]
    pub stored_file_id: Uuid,
    /// Where it can be fetched without a login, as a path on this server; for ten minutes.
    #[entity(sql = "{t}.stored_file_id")]
    pub url: FileLink,
    /// Name of the file.
    #[entity(sql = "SELECT f.name FROM stored_files f WHERE f.id = {t}.stored_file_id")]
    pub name: String,
    /// Bytes.
    #[entity(sql = "SELECT f.byte_length FROM stored_files f WHERE f.id = {t}.stored_file_id")]
    pub size: i64,
    /// Media type, found by looking into the file.
    #[entity(sql = "SELECT f.content_type FROM stored_files f WHERE f.id = {t}.stored_file_id")]
    pub r#type: String,
    /// Moves on with every change.
    pub version: i32,
    /// When it was uploaded.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
