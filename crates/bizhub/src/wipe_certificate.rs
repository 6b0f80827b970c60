//! Proofs that an asset's data were wiped. A row never changes; a correction is a new row
//! (spec 6.11).

use bizgraph_kernel::Entity;
use chrono::{DateTime, NaiveDate, Utc};

/// One proof that a device's data were wiped.
#[derive(Entity, Clone, Debug)]
#[entity(table = wipe_certificates, module = "bizhub", permission = "bizhub.wipe_certificate",
    default_order = created_at desc)]
#[period(wipe_date)]
pub struct WipeCertificate {
    pub id: i32,
    /// The device that was wiped.
    #[entity(belongs_to = asset: crate::asset::Asset, filter)]
    pub asset_id: i32,
    /// Who wiped it.
    #[entity(belongs_to = technician: crate::user::User, filter)]
    pub technician_id: i32,
    /// Name of whoever wiped it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.technician_id")]
    pub technician_name: String,
    /// How, in the words of the tenant's list of methods.
    #[entity(filter, order)]
    pub wipe_method: String,
    /// Number of the certificate that the wiping program made.
    pub certificate_reference: Option<String>,
    /// The business day of the wipe.
    #[entity(filter, order)]
    pub wipe_date: NaiveDate,
    /// What has to be known beside it.
    pub notes: Option<String>,
    /// When it was recorded.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}
