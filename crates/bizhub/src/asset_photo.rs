//! Photos of an asset: what a buyer sees, and what it looked like when it came in.

pub mod attach;
pub mod link;
pub mod remove;

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A photo of an asset.
#[derive(Entity, Clone, Debug)]
#[entity(table = asset_photos, module = "bizhub", permission = "bizhub.asset_photo",
    default_order = id)]
pub struct AssetPhoto {
    pub id: i32,
    /// The asset that it shows.
    #[entity(belongs_to = asset: crate::asset::Asset, filter)]
    pub asset_id: i32,
    /// The file in the store.
    #[entity(hidden)]
    pub stored_file_id: Uuid,
    /// What the file is called.
    #[entity(sql = "SELECT f.name FROM stored_files f WHERE f.id = {t}.stored_file_id")]
    pub file_name: String,
    /// What kind of picture it is, such as image/jpeg.
    #[entity(sql = "SELECT f.content_type FROM stored_files f WHERE f.id = {t}.stored_file_id")]
    pub content_type: String,
    /// How long the file is, in bytes.
    #[entity(sql = "SELECT f.byte_length FROM stored_files f WHERE f.id = {t}.stored_file_id")]
    pub byte_length: i64,
    /// What is to be seen.
    pub caption: Option<String>,
    /// Who attached it.
    #[entity(belongs_to = photographer: crate::user::User, filter)]
    pub attached_by: Option<i32>,
    /// Name of who attached it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.attached_by")]
    pub attached_by_name: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was attached.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
