//! What a signed link leads to.

use bytes::Bytes;
use futures_util::stream::BoxStream;
use uuid::Uuid;

use super::{LINK_KIND, StoredFile};
use crate::backup;
use crate::db::{Fault, Session};
use crate::document::Sheet;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};
use crate::signed_link::{LinkRefused, SignedLink};

/// A stored file on its way out.
pub struct StoredContent {
    pub name: String,
    pub content_type: String,
    /// In bytes.
    pub byte_length: u64,
    pub pieces: BoxStream<'static, Result<Bytes, Fault>>,
}

/// What a link leads to.
pub enum Linked {
    File(StoredContent),
    /// A document, to be set in type.
    Sheet(Box<Sheet>),
}

/// What the rows say that a link leads to.
enum Target {
    File(StoredFile),
    /// A backup, by its place.
    Backup(String),
    Sheet(Box<Sheet>),
}

impl Kernel {
    /// Follows a link. Rights were settled when it was handed out; the person who got it must
    /// still be active, and the tenant too.
    ///
    /// # Errors
    /// `FORBIDDEN` for what is no link of ours, `EXPIRED` for one whose time is over,
    /// `NOT_FOUND` when what it led to is gone, and faults.
    pub async fn follow(&self, link: &str) -> Rule<Linked> {
        let now = self.clock.now();
        let link = SignedLink::open(link, &self.cipher, now).map_err(|refused| match refused {
            LinkRefused::NotOurs => {
                let message = "This is not a link of this server, or it was changed.";
                Refusal::new(Code::Forbidden, "", message)
            }
            LinkRefused::Expired => {
                let message = "The time of this link is over. Ask for a new one.";
                Refusal::new(Code::Expired, "", message)
            }
        })?;
        let tenant = self.tenant(&link.tenant).filter(|tenant| tenant.active);
        let Some(system) = tenant.and_then(|tenant| self.system_actor(tenant)) else {
            return Err(gone());
        };
        let session = Session::new(self.database.clone(), system, now);
        if !is_active(&session, &link.person).await? {
            let message = "Whoever was handed this link can no longer log in.";
            return Err(Refusal::new(Code::Forbidden, "", message).into());
        }
        let target = self.target(&session, link).await?;
        session.finish();
        // The store is asked with no transaction open.
        let linked = match target.ok_or_else(gone)? {
            Target::File(file) => self.stored(file).await?,
            Target::Backup(key) => self.backups.content(&key).await?.map(Linked::File),
            Target::Sheet(sheet) => Some(Linked::Sheet(sheet)),
        };
        linked.ok_or_else(gone)
    }

    async fn target(&self, session: &Session, link: SignedLink) -> Result<Option<Target>, Fault> {
        if link.kind == LINK_KIND {
            let Ok(key) = link.key.parse::<Uuid>() else { return Ok(None) };
            let file = session.find::<StoredFile>(Bind::Uuid(Some(key))).await?;
            return Ok(file.map(Target::File));
        }
        if link.kind == backup::LINK_KIND {
            return Ok(Some(Target::Backup(link.key)));
        }
        let documents = session.actor.module.documents;
        let Some(document) = documents.iter().find(|document| document.name == link.kind) else {
            return Ok(None);
        };
        let sheet = (document.sheet)(session, &link.key).await?;
        Ok(sheet.map(|sheet| Target::Sheet(Box::new(sheet))))
    }

    async fn stored(&self, file: StoredFile) -> Result<Option<Linked>, Fault> {
        let pieces = self.files.read(&file.location).await?;
        Ok(pieces.map(|pieces| {
            Linked::File(StoredContent {
                name: file.name,
                content_type: file.content_type,
                byte_length: u64::try_from(file.byte_length).unwrap_or_default(),
                pieces,
            })
        }))
    }
}

/// Whether the person who got a link may still log in. The server itself always may.
async fn is_active(session: &Session, person: &str) -> Result<bool, Fault> {
    if person == session.actor.id {
        return Ok(true);
    }
    let mut sql = Sql::new("SELECT 1 FROM (");
    sql.push(session.actor.module.people).push(") p WHERE p.active AND p.id::text = ");
    sql.bind(Bind::Text(Some(person.to_owned())));
    Ok(!session.load(sql).await?.is_empty())
}

fn gone() -> crate::refusal::Rejection {
    Refusal::new(Code::NotFound, "", "What this link led to is no longer there.").into()
}
