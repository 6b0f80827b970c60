//! What a signed link leads to.

use bytes::Bytes;
use futures_util::stream::BoxStream;
use uuid::Uuid;

use super::{LINK_KIND, StoredFile};
use crate::actor::Origin;
use crate::auth::address_rules::{AddressRules, LISTS};
use crate::backup;
use crate::db::{Fault, Session};
use crate::document::Sheet;
use crate::entity::decode;
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
    /// still be active, and the tenant too, and whoever follows it is where the tenant lets its
    /// people call from (spec 1.11).
    ///
    /// # Errors
    /// `FORBIDDEN` for what is no link of ours, `EXPIRED` for one whose time is over,
    /// `ADDRESS_NOT_ALLOWED` from elsewhere, `NOT_FOUND` when what it led to is gone, and faults.
    pub async fn follow(&self, link: &str, origin: &Origin) -> Rule<Linked> {
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
        let holder = Holder::read(&session, &link.person).await?;
        holder.addresses.check(origin.address.as_deref())?;
        if !holder.is_active {
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

/// The person who got a link, as things stand when it is followed.
struct Holder {
    /// Whether it may still log in. The server itself always may.
    is_active: bool,
    /// From where the tenant's people may call.
    addresses: AddressRules,
}

impl Holder {
    async fn read(session: &Session, person: &str) -> Result<Self, Fault> {
        let mut sql = Sql::new("SELECT ");
        sql.push(LISTS)
            .push(", EXISTS (SELECT 1 FROM (")
            .push(session.actor.module.people)
            .push(") p WHERE p.active AND p.id::text = ");
        sql.bind(Bind::Text(Some(person.to_owned()))).push(") FROM security_settings r");
        let rows = session.load(sql).await?;
        let row = rows.first().ok_or_else(|| Fault::internal("a tenant without settings"))?;
        Ok(Holder {
            is_active: person == session.actor.id || decode(row, 2)?,
            addresses: AddressRules::decode(row)?,
        })
    }
}

fn gone() -> crate::refusal::Rejection {
    Refusal::new(Code::NotFound, "", "What this link led to is no longer there.").into()
}
