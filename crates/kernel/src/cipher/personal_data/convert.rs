//! A tenant's personal data becomes encrypted, or open again, while servers go on: first every
//! server learns the key, then what is written changes, and then what was written before. All of
//! it may be broken off and begun again.

use std::sync::Arc;
use std::time::Duration;

use super::super::{KeyBytes, encoded};
use super::MARK;
use crate::actor::{Actor, Origin};
use crate::audit::AuditEntry;
use crate::db::{Fault, Tx};
use crate::entity::global_id::KeyType;
use crate::entity::sql::{Bind, Sql};
use crate::entity::{Meta, decode};
use crate::kernel::Kernel;
use crate::schema::PLATFORM_ENTITIES;
use crate::tenant::Tenant;

/// Until every server, and every transaction of one, works with what was changed.
pub const EVERYWHERE: Duration = Duration::from_secs(6);

/// Rows that one transaction changes.
const BATCH: usize = 500;

/// Personal data beside the entities: what people typed to log in.
const BESIDE: &[PersonalColumn] = &[
    PersonalColumn { table: "login_attempts", key: "id", key_type: "bigint", column: "principal" },
    PersonalColumn { table: "one_time_codes", key: "id", key_type: "bigint", column: "recipient" },
];

/// A column that holds personal data, and the key of its table.
#[derive(Clone, Copy, PartialEq)]
struct PersonalColumn {
    table: &'static str,
    key: &'static str,
    key_type: &'static str,
    column: &'static str,
}

/// Every column of a tenant that is sealed.
fn columns_of(actor: &Actor) -> Vec<PersonalColumn> {
    let mut all = BESIDE.to_vec();
    let entities = actor.module.entities.iter().chain(PLATFORM_ENTITIES).copied();
    for meta in entities.filter(|meta: &&Meta| !meta.view) {
        let (table, key, key_type) = (meta.table, meta.key().name, KeyType::of(meta).name());
        for column in meta.columns.iter().filter(|column| column.personal) {
            let column = PersonalColumn { table, key, key_type, column: column.name };
            if !all.contains(&column) {
                all.push(column);
            }
        }
    }
    all
}

impl Kernel {
    /// Encrypts a tenant's personal data, with a key of its own, and answers how many values that
    /// were open before. It waits so long for other servers, twice.
    ///
    /// # Errors
    /// When two rows that must differ hold the same value, which one of them got meanwhile.
    pub async fn encrypt_personal_data(
        &self,
        tenant: &Arc<Tenant>,
        everywhere: Duration,
    ) -> Result<usize, Fault> {
        let mut key = KeyBytes::default();
        getrandom::fill(&mut key).map_err(|error| Fault::internal(error.to_string()))?;
        let envelope = self.cipher.seal_secret(&encoded(&key));
        let envelope = envelope.ok_or_else(|| Fault::internal("there are no random numbers"))?;
        let mut made = Sql::new("INSERT INTO personal_data_keys (envelope) VALUES (");
        made.bind(Bind::Text(Some(envelope))).push(") ON CONFLICT DO NOTHING");
        self.change_key(tenant, made, everywhere).await?;
        self.change_key(tenant, Sql::new("UPDATE personal_data_keys SET seals = TRUE"), everywhere)
            .await?;
        self.convert(tenant, true).await
    }

    /// Opens a tenant's personal data again and throws its key away; answers how many values that
    /// were encrypted. It waits so long for other servers.
    ///
    /// # Errors
    /// When a value does not open.
    pub async fn decrypt_personal_data(
        &self,
        tenant: &Arc<Tenant>,
        everywhere: Duration,
    ) -> Result<usize, Fault> {
        let open = Sql::new("UPDATE personal_data_keys SET seals = FALSE");
        self.change_key(tenant, open, everywhere).await?;
        let opened = self.convert(tenant, false).await?;
        let thrown = Sql::new("DELETE FROM personal_data_keys");
        self.change_key(tenant, thrown, Duration::ZERO).await?;
        Ok(opened)
    }

    /// Changes what is known of the key, and waits until every server works with it.
    async fn change_key(
        &self,
        tenant: &Arc<Tenant>,
        change: Sql,
        everywhere: Duration,
    ) -> Result<(), Fault> {
        let Some(mut tx) = self.convert_tx(tenant).await? else { return Ok(()) };
        tx.execute(change).await?;
        tx.commit().await?;
        tenant.personal_data.forget();
        tokio::time::sleep(everywhere).await;
        Ok(())
    }

    async fn convert_tx(&self, tenant: &Arc<Tenant>) -> Result<Option<Tx>, Fault> {
        let Some(actor) = self.system_actor(tenant.clone()) else { return Ok(None) };
        let origin = Origin { operation: "personal-data".to_owned(), ..Origin::default() };
        self.begin(actor, origin).await.map(Some)
    }

    async fn convert(&self, tenant: &Arc<Tenant>, seal: bool) -> Result<usize, Fault> {
        let Some(actor) = self.system_actor(tenant.clone()) else { return Ok(0) };
        let mut converted = 0;
        for column in columns_of(&actor) {
            let mut last = None;
            loop {
                let Some(mut tx) = self.convert_tx(tenant).await? else { return Ok(0) };
                let batch = convert_batch(&mut tx, column, seal, last.as_ref()).await?;
                tx.commit().await?;
                converted += batch.len();
                match batch.last() {
                    Some(key) => last = Some(key.clone()),
                    None => break,
                }
            }
        }
        let Some(mut tx) = self.convert_tx(tenant).await? else { return Ok(0) };
        let action = if seal { "encrypt" } else { "decrypt" };
        let mut entry = AuditEntry::new(action, "PersonalData", String::new());
        entry.new_values.insert("values".to_owned(), converted.into());
        tx.audit.push(entry);
        tx.commit().await?;
        Ok(converted)
    }
}

/// Changes the next rows behind a key and answers their keys, in order.
async fn convert_batch(
    tx: &mut Tx,
    column: PersonalColumn,
    seal: bool,
    last: Option<&String>,
) -> Result<Vec<String>, Fault> {
    let PersonalColumn { table, key, key_type, column } = column;
    let due = if seal { format!("{column} <> '' AND NOT") } else { String::new() };
    let mut sql = Sql::new(&format!(
        "SELECT {key}::text, {column}::text FROM {table} \
         WHERE {due} starts_with({column}, '{MARK}')"
    ));
    if let Some(last) = last {
        sql.push(&format!(" AND {key} > ")).bind(Bind::Text(Some(last.clone())));
        sql.push(&format!("::text::{key_type}"));
    }
    sql.push(&format!(" ORDER BY {table}.{key} LIMIT {BATCH} FOR NO KEY UPDATE"));
    let rows = tx.load(sql).await?;
    let unreadable =
        |row: &str| Fault::internal(format!("{column} of {table} {row} cannot be converted"));
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for row in &rows {
        let (row, text): (String, String) = (decode(row, 0)?, decode(row, 1)?);
        let sealed = tx.personal_data.as_deref().filter(|_| seal);
        let value = match sealed {
            Some(key) => key.sealed(&text).ok_or_else(|| unreadable(&row))?,
            None if text.starts_with(MARK) => return Err(unreadable(&row)),
            None => text,
        };
        keys.push(row);
        values.push(value);
    }
    if !keys.is_empty() {
        let mut sql = Sql::new(&format!("UPDATE {table} t SET {column} = new.value FROM unnest("));
        sql.bind(Bind::Texts(keys.clone())).push("::text[], ").bind(Bind::Texts(values));
        sql.push(&format!("::text[]) AS new(key, value) WHERE t.{key} = new.key::{key_type}"));
        tx.execute(sql).await?;
    }
    Ok(keys)
}

/// Seals what this transaction wrote without the engine, where the tenant wants that.
///
/// # Errors
/// Any fault of the database.
pub(crate) async fn seal_all(tx: &mut Tx) -> Result<(), Fault> {
    if !tx.personal_data.as_ref().is_some_and(|key| key.seals) {
        return Ok(());
    }
    for column in columns_of(&tx.actor) {
        let mut last = None;
        while let Some(key) = convert_batch(tx, column, true, last.as_ref()).await?.pop() {
            last = Some(key);
        }
    }
    Ok(())
}

impl Tx {
    /// Personal data as it is stored, for statements that are written by hand.
    pub fn personal(&self, text: &str) -> Bind {
        Bind::Text(Some(match &self.personal_data {
            Some(key) if !text.is_empty() => key.stored(text.to_owned()),
            _ => text.to_owned(),
        }))
    }

    /// Every form in which one of these texts may be stored, to be found with `= ANY(..)`.
    pub fn personal_forms(&self, texts: &[&str]) -> Bind {
        let forms = texts.iter().flat_map(|text| match &self.personal_data {
            Some(key) => key.forms(text),
            None => vec![(*text).to_owned()],
        });
        Bind::Texts(forms.collect())
    }
}
