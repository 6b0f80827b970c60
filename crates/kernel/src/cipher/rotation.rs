//! A change of keys (spec 1.11). The key that is replaced is sealed with the new one and kept, in
//! one transaction; from then on everything can be read with the new key. After that the secrets
//! of each tenant come into envelopes of the new key, and its audit trail gets a seal by it. All
//! of it may be broken off and begun again.

use std::sync::Arc;
use std::time::Duration;

use super::{Cipher, KeyBytes, name_of, personal_data};
use crate::actor::Origin;
use crate::audit::AuditEntry;
use crate::audit::seal::{self, Sealer};
use crate::auth::second_factor;
use crate::db::provision::{Owner, ProvisionFault};
use crate::db::{Database, Fault, Session, Tx};
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::tenant::Tenant;

/// Secrets that one transaction brings into new envelopes.
const BATCH: usize = 100;

/// Turns that the seal behind a change of keys is waited for.
const TURNS: u32 = 50;

/// The pause between two of them.
const PAUSE: Duration = Duration::from_millis(100);

/// A column of a tenant's table that holds secrets in envelopes.
pub struct SealedColumn {
    pub table: &'static str,
    pub column: &'static str,
}

/// Why a key cannot be used or replaced.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The data belongs to another key.
    #[error(
        "this is not the key that the data is sealed with: give that one, or end a change of keys \
         with `bizgraph key rotate`"
    )]
    Another,
    /// A key is replaced by another one.
    #[error("the new key is the old one: make another with `openssl rand -base64 32`")]
    TheSame,
    /// Somebody still works with the old key.
    #[error("a server is running with the old key: stop all of them first")]
    InUse,
    /// What was sealed does not open.
    #[error("{0} is sealed with a key that nobody knows")]
    Unreadable(String),
    /// The end of a trail could not be sealed.
    #[error("the audit trail of {0} is being written to: stop all servers and begin again")]
    NotSealed(String),
    /// The database, as its owner.
    #[error(transparent)]
    Provision(#[from] ProvisionFault),
    /// Any other fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A key as the server knows it.
struct KnownKey {
    generation: i32,
    id: String,
    /// Sealed with the key in use; none for that itself.
    wrapped: Option<String>,
}

const KEYS: &str =
    "SELECT generation, id, wrapped FROM platform.encryption_keys ORDER BY generation";

fn known(rows: &[Row]) -> Result<Vec<KnownKey>, Fault> {
    let key = |row| {
        let (generation, id, wrapped) = (decode(row, 0)?, decode(row, 1)?, decode(row, 2)?);
        Ok(KnownKey { generation, id, wrapped })
    };
    rows.iter().map(key).collect()
}

/// Tells a cipher the keys that its own replaced. A server that was never set up knows none.
///
/// # Errors
/// When the data is sealed with another key.
pub async fn learn(database: &Database, cipher: &Cipher) -> Result<(), KeyFault> {
    let loan = database.lend_read("platform").await?;
    let exists = Sql::new("SELECT to_regclass('platform.encryption_keys') IS NOT NULL");
    let exists = loan.load(&exists).await?;
    if !exists.first().map(|row| decode::<bool>(row, 0)).transpose()?.unwrap_or_default() {
        return Ok(());
    }
    let known = known(&loan.load(&Sql::new(KEYS)).await?)?;
    cipher.know_retired(&retired(&known, cipher)?);
    Ok(())
}

/// The keys that were replaced, the oldest first.
fn retired(known: &[KnownKey], cipher: &Cipher) -> Result<Vec<KeyBytes>, KeyFault> {
    let mut retired = Vec::with_capacity(known.len());
    for key in known {
        match &key.wrapped {
            Some(wrapped) => retired.push(cipher.unwrap_key(wrapped).ok_or(KeyFault::Another)?),
            None if key.id != cipher.key_id() => return Err(KeyFault::Another),
            None => {}
        }
    }
    Ok(retired)
}

/// Tells a cipher the keys that the server knows, and before them those that a configuration
/// names: of a server elsewhere, whose backup this one reads.
///
/// # Errors
/// When the data is sealed with another key.
pub async fn learn_beside(
    owner: &mut Owner,
    cipher: &Cipher,
    named: &[KeyBytes],
) -> Result<(), KeyFault> {
    let known = known(&owner.load(Sql::new(KEYS)).await?)?;
    let mut keys = named.to_vec();
    for key in retired(&known, cipher)? {
        keys.retain(|named| *named != key);
        keys.push(key);
    }
    cipher.know_retired(&keys);
    Ok(())
}

/// Notes keys of a server elsewhere as older than all that this one had, so that it can read
/// whatever of them came to it with a backup.
///
/// # Errors
/// When the database cannot be written.
pub async fn note_older(
    owner: &mut Owner,
    cipher: &Cipher,
    named: &[KeyBytes],
) -> Result<(), KeyFault> {
    for key in named.iter().rev() {
        let wrapped = cipher.wrap_key(key);
        let wrapped = wrapped.ok_or_else(|| Fault::internal("there are no random numbers"))?;
        let id = name_of(key);
        let mut sql = Sql::new(
            "INSERT INTO platform.encryption_keys (generation, id, wrapped, retired_at) \
             SELECT min(generation) - 1, ",
        );
        sql.bind(text(&id)).push(", ").bind(text(&wrapped));
        sql.push(", now() FROM platform.encryption_keys HAVING NOT bool_or(id = ");
        sql.bind(text(&id)).push(") RETURNING id");
        owner.load(sql).await?;
    }
    Ok(())
}

/// Notes the first key of a server; one that has a key keeps it.
///
/// # Errors
/// When the database cannot be written.
pub async fn note_first(owner: &mut Owner, cipher: &Cipher) -> Result<(), KeyFault> {
    let mut sql = Sql::new("INSERT INTO platform.encryption_keys (generation, id) SELECT 0, ");
    sql.bind(text(cipher.key_id()));
    sql.push(" WHERE NOT EXISTS (SELECT FROM platform.encryption_keys) RETURNING id");
    owner.load(sql).await?;
    Ok(())
}

/// Puts a new key in the place of the old one, which is sealed with it. Begun again, it goes on.
///
/// # Errors
/// When the old key is not the one in use, or a server still works with it.
pub async fn replace(owner: &mut Owner, old: &KeyBytes, new: &KeyBytes) -> Result<(), KeyFault> {
    if old == new {
        return Err(KeyFault::TheSame);
    }
    let (old_cipher, new_cipher) = (Cipher::new(old), Cipher::new(new));
    note_first(owner, &old_cipher).await?;
    owner.begin("platform").await?;
    let known = known(&owner.load(Sql::new(KEYS)).await?)?;
    let in_use = known.iter().find(|key| key.wrapped.is_none()).ok_or(KeyFault::Another)?;
    if in_use.id == new_cipher.key_id() {
        return Ok(owner.commit().await?);
    }
    if in_use.id != old_cipher.key_id() {
        return Err(KeyFault::Another);
    }
    if is_served(owner).await? {
        return Err(KeyFault::InUse);
    }
    for key in &known {
        let bytes = match &key.wrapped {
            Some(wrapped) => old_cipher.unwrap_key(wrapped).ok_or(KeyFault::Another)?,
            None => *old,
        };
        let wrapped = new_cipher.wrap_key(&bytes);
        let wrapped = wrapped.ok_or_else(|| Fault::internal("there are no random numbers"))?;
        let mut sql = Sql::new("UPDATE platform.encryption_keys SET wrapped = ");
        sql.bind(text(&wrapped)).push(", retired_at = coalesce(retired_at, now()) WHERE id = ");
        sql.bind(text(&key.id)).push(" RETURNING id");
        owner.load(sql).await?;
    }
    let mut sql = Sql::new("INSERT INTO platform.encryption_keys (generation, id) VALUES (");
    sql.bind((in_use.generation + 1).into()).push(", ").bind(text(new_cipher.key_id()));
    sql.push(") RETURNING id");
    owner.load(sql).await?;
    Ok(owner.commit().await?)
}

/// Whether somebody is connected who may become a tenant's role, as a running server does.
async fn is_served(owner: &mut Owner) -> Result<bool, Fault> {
    let sql = Sql::new(
        "SELECT EXISTS (SELECT FROM pg_stat_activity a JOIN pg_roles u ON u.oid = a.usesysid \
           CROSS JOIN platform.tenants t JOIN pg_roles r ON r.rolname = t.role_name \
         WHERE a.datname = current_database() AND u.rolname <> current_user AND NOT u.rolsuper \
           AND pg_has_role(u.oid, r.oid, 'MEMBER'))",
    );
    let rows = owner.load(sql).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default())
}

fn text(text: &str) -> Bind {
    Bind::Text(Some(text.to_owned()))
}

impl Kernel {
    /// Brings the secrets of a tenant into envelopes of the key in use, and ends its audit trail
    /// with a seal by that key. Answers how many secrets there were.
    ///
    /// # Errors
    /// When a secret does not open, or the trail is being written to.
    pub async fn renew_envelopes(&self, tenant: &Arc<Tenant>) -> Result<usize, KeyFault> {
        let Some(actor) = self.system_actor(tenant.clone()) else { return Ok(0) };
        let origin = Origin { operation: "key rotate".to_owned(), ..Origin::default() };
        let mut renewed = 0;
        let kernel = second_factor::SEALED.iter().chain(personal_data::SEALED);
        for column in actor.module.sealed.iter().chain(kernel) {
            loop {
                let mut tx = self.begin(actor.clone(), origin.clone()).await?;
                let batch = renew(&mut tx, column).await?;
                tx.commit().await?;
                renewed += batch;
                if batch < BATCH {
                    break;
                }
            }
        }
        let mut tx = self.begin(actor, origin).await?;
        let key = self.cipher.key_id().to_owned();
        let mut entry = AuditEntry::new("rotate_key", "EncryptionKey", key);
        entry.new_values.insert("secrets".to_owned(), renewed.into());
        tx.audit.push(entry);
        tx.commit().await?;
        self.end_with_a_seal(tenant).await?;
        Ok(renewed)
    }

    async fn end_with_a_seal(&self, tenant: &Arc<Tenant>) -> Result<(), KeyFault> {
        let mut sealer = Sealer::default();
        for _ in 0..TURNS {
            sealer.seal(self, tenant).await?;
            let Some(actor) = self.system_actor(tenant.clone()) else { return Ok(()) };
            let session = Session::new(self.database.clone(), actor, self.clock.now());
            let found = seal::signature_findings(&session, &self.cipher).await;
            session.finish();
            if found?.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(KeyFault::NotSealed(tenant.slug.clone()))
    }
}

async fn renew(tx: &mut Tx, sealed: &SealedColumn) -> Result<usize, KeyFault> {
    let SealedColumn { table, column } = sealed;
    let mut old = Sql::new(&format!(
        "SELECT id::text, {column} FROM {table} WHERE {column} IS NOT NULL \
         AND NOT starts_with({column}, "
    ));
    old.bind(text(&format!("envelope:{}:", tx.cipher.key_id())));
    old.push(&format!(") ORDER BY id LIMIT {BATCH} FOR NO KEY UPDATE"));
    let rows = tx.load(old).await?;
    for row in &rows {
        let (id, envelope): (String, String) = (decode(row, 0)?, decode(row, 1)?);
        let renewed = tx.cipher.rewrap(&envelope);
        let renewed = renewed.ok_or_else(|| KeyFault::Unreadable(format!("{table} {id}")))?;
        let mut sql = Sql::new(&format!("UPDATE {table} SET {column} = "));
        sql.bind(text(&renewed)).push(" WHERE id::text = ").bind(text(&id));
        tx.execute(sql).await?;
    }
    Ok(rows.len())
}
