//! Handing a backup out: by a link, to whoever may have it.

use diesel::pg::PgValue;

use crate::audit::AuditEntry;
use crate::backup::{BackupFault, Backups};
use crate::db::{Fault, Session, Tx};
use crate::entity::metadata::Entity;
use crate::entity::{Bind, Cell, Kind, render};
use crate::mutation::Outcome;
use crate::refusal::{Code, Refusal, Rule};
use crate::signed_link::SignedLink;
use crate::stored_file::StoredContent;
use crate::tenant::Tenant;

/// The kind of a link to a backup.
pub(crate) const LINK_KIND: &str = "platform.backup";

/// How long such a link works, in minutes.
const LINK_MINUTES: i64 = 15;

/// What a mutation that hands out a backup adds to its payload.
pub const DOWNLOAD_FIELDS: [(&str, &str, &str); 2] = [
    (
        "downloadUrl",
        "Where it can be fetched without a login, as a path on this server; for fifteen minutes.",
        "String",
    ),
    ("expiresAt", "When the link stops working.", "DateTime"),
];

impl Tx {
    /// Answers a row with a link to its backup, and records who was handed it.
    ///
    /// # Errors
    /// `NOT_FOUND` for the file of another tenant, whose backup this one was restored from.
    pub fn hand_out_backup<E: Entity>(
        &mut self,
        row: &E,
        location: &str,
        field: &str,
    ) -> Rule<Outcome> {
        if !is_of(&self.actor.tenant, location) {
            let message = "Its file is with the tenant that this one was restored from.";
            return Err(Refusal::new(Code::NotFound, field, message).into());
        }
        let key = row.key().to_key();
        self.audit.push(AuditEntry::new("download", E::META.type_name, key.clone()));
        let slug = &self.actor.tenant.slug;
        let link = SignedLink::new(slug, LINK_KIND, location, &self.actor.id, self.now);
        let link = link.lasting(LINK_MINUTES, self.now);
        let expires_at = link.expires_at().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        Ok(Outcome { key: Some(key), ..Outcome::default() }
            .with("downloadUrl", format!("/files/{}", link.sign(&self.cipher)))
            .with("expiresAt", expires_at))
    }
}

/// Where a backup lies, shown as a link to it for whoever asks.
#[derive(Clone, Debug, PartialEq)]
pub struct BackupLink(String);

impl Cell for BackupLink {
    const KIND: Kind = Kind::BackupLink;

    fn from_value(value: PgValue<'_>) -> Result<Self, Fault> {
        String::from_value(value).map(BackupLink)
    }

    fn bind(&self) -> Bind {
        Bind::Text(Some(self.0.clone()))
    }

    fn null() -> Bind {
        Bind::Text(None)
    }
}

impl BackupLink {
    /// Writes the link of whoever asks as a JSON string; null for a file that is another tenant's.
    pub(crate) fn write(
        backup: Option<BackupLink>,
        session: &Session,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let tenant = &session.actor.tenant;
        let Some(BackupLink(location)) = backup.filter(|backup| is_of(tenant, &backup.0)) else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        let cipher = session.cipher().ok_or_else(|| Fault::internal("no key to sign with"))?;
        let (person, now) = (&session.actor.id, session.now);
        let link = SignedLink::new(&tenant.slug, LINK_KIND, &location, person, now);
        let link = link.lasting(LINK_MINUTES, now);
        render::string(out, &format!("/files/{}", link.sign(cipher)));
        Ok(())
    }
}

/// Whether a file lies among those of a tenant.
fn is_of(tenant: &Tenant, location: &str) -> bool {
    let path = location.split_once(':').map(|(_, path)| path);
    path.is_some_and(|path| path.starts_with(&format!("{}/", tenant.slug)))
}

impl Backups {
    /// The file at a location, on its way out; `None` when it is gone.
    pub(crate) async fn content(&self, location: &str) -> Result<Option<StoredContent>, Fault> {
        let found = match self.find(location) {
            Ok(found) => found,
            Err(BackupFault::Fault(fault)) => return Err(fault),
            Err(_) => return Ok(None),
        };
        let (store, path) = found;
        let Some(byte_length) = store.length(path).await? else { return Ok(None) };
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        let content_type = "application/octet-stream".to_owned();
        let pieces = store.read(path).await?;
        Ok(pieces.map(|pieces| StoredContent { name, content_type, byte_length, pieces }))
    }
}
