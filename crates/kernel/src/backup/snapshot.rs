//! One moment of a tenant's tables, held open while it is dumped.

use std::collections::BTreeMap;

use tokio_postgres::{Client, NoTls};

use crate::backup::{BackupFault, TableFacts};
use crate::tenant::Tenant;

/// The table of what was migrated, which belongs to the owner alone; manifests tell it.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// A read-only transaction that locks no row. It has a connection of its own, since it lasts as
/// long as the dump and people are not to wait for it.
pub struct Snapshot {
    client: Client,
    /// By which other connections find it.
    pub id: String,
    pub server_version: i32,
    pub schema: String,
}

impl Snapshot {
    /// Opens one as the tenant.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(url: &str, tenant: &Tenant) -> Result<Self, BackupFault> {
        let client = connect(url).await?;
        let (role, schema) = (&tenant.role, &tenant.schema);
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE \"{role}\"; \
             SET LOCAL search_path TO \"{schema}\"; SET LOCAL statement_timeout = 0; \
             SET LOCAL idle_in_transaction_session_timeout = 0"
        );
        client.batch_execute(&begin).await?;
        let facts = "SELECT pg_export_snapshot(), \
                     current_setting('server_version_num')::integer";
        let row = client.query_one(facts, &[]).await?;
        let (id, server_version) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Snapshot { client, id, server_version, schema: schema.clone() })
    }

    /// What every table comes to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tables(&self) -> Result<BTreeMap<String, TableFacts>, BackupFault> {
        facts(&self.client, &self.schema).await
    }

    /// The names of the counters.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn counters(&self) -> Result<Vec<String>, BackupFault> {
        names(&self.client, &self.schema, "S").await
    }
}

/// A connection without the limits of the pools.
pub async fn connect(url: &str) -> Result<Client, BackupFault> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        // What breaks it breaks the statement that waits, too.
        let _ = connection.await;
    });
    Ok(client)
}

/// The names of a schema's relations of a kind: `r` tables, `S` counters.
pub async fn names(client: &Client, schema: &str, kind: &str) -> Result<Vec<String>, BackupFault> {
    let text = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = $1 AND c.relkind::text = $2 AND c.relname <> $3 ORDER BY 1";
    let rows = client.query(text, &[&schema, &kind, &MIGRATIONS]).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// What the rows of every table of a schema come to. Settings that change how a value is spelled
/// are fixed, so that two servers agree.
pub async fn facts(
    client: &Client,
    schema: &str,
) -> Result<BTreeMap<String, TableFacts>, BackupFault> {
    let spelling = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; \
                    SET LOCAL IntervalStyle = 'postgres'; SET LOCAL bytea_output = 'hex'; \
                    SET LOCAL extra_float_digits = 1";
    client.batch_execute(spelling).await?;
    let mut all = BTreeMap::new();
    for name in names(client, schema, "r").await? {
        let text = format!(
            "SELECT count(*), coalesce(sum(hashtextextended(of_it::text, 0)::numeric), 0)::text \
             || ':' || coalesce(sum(hashtextextended(of_it::text, 1)::numeric), 0)::text \
             FROM \"{schema}\".\"{name}\" of_it"
        );
        let row = client.query_one(&text, &[]).await?;
        all.insert(name, TableFacts { rows: row.try_get(0)?, print: row.try_get(1)? });
    }
    Ok(all)
}
