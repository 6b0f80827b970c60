//! Restoring: first every file is read to its end, then its rows go into a schema beside the
//! tenant's, and only when they come to what the manifest says, that schema takes the tenant's
//! place, in one transaction. So a file that is not whole changes nothing.

use std::collections::BTreeSet;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::{Client, CopyInSink};

use crate::backup::archive::Archive;
use crate::backup::manifest::changed;
use crate::backup::snapshot::{connect, facts, names};
use crate::backup::sql_text::{Part, SqlText};
use crate::backup::{BackupFault, Manifest, Source};
use crate::cipher::Cipher;
use crate::db::Fault;
use crate::db::migrate::{self, History};
use crate::db::provision::{NewTenant, Owner, adopt, tenants};
use crate::module::Module;

/// The tenant that a backup goes into.
#[derive(Clone, Debug)]
pub struct Target {
    pub slug: String,
    /// Whether what the tenant has may be thrown away; it must be suspended then.
    pub replace: bool,
}

/// What was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    pub tenant: NewTenant,
    pub manifest: Manifest,
    pub rows: i64,
}

/// Restores a backup, with the full one that it goes on from, into a tenant.
///
/// # Errors
/// Why nothing was restored; then nothing was changed.
pub async fn restore(
    cipher: &Cipher,
    owner: &mut Owner,
    modules: &[&'static Module],
    source: &Source,
    full: Option<&Source>,
    target: &Target,
) -> Result<Restored, BackupFault> {
    let (manifest, _) = checked(cipher, source).await?;
    let full = base_of(cipher, source, &manifest, full).await?;
    let named = modules.iter().copied().find(|module| module.name == manifest.tenant.module);
    let module = named.ok_or_else(|| {
        let module = &manifest.tenant.module;
        BackupFault::Target(format!("this program does not carry the module {module}"))
    })?;
    let new = manifest.tenant.named(&target.slug);
    may_be_filled(owner, &new, target.replace).await?;

    // No tenant can be called so.
    let staging = format!("restoring-{}", target.slug);
    let files: Vec<&Source> = full.into_iter().chain([source]).collect();
    let client = connect(owner.url()).await?;
    let remove = format!("DROP SCHEMA IF EXISTS \"{staging}\" CASCADE");
    let quietly = format!("SET client_min_messages = warning; {remove}");
    client.batch_execute(&quietly).await?;
    let filled = fill(cipher, owner, &client, module, &files, &manifest, &staging).await;
    let adopted = match filled {
        Ok(()) => adopt(owner, &new, module, &staging).await.map_err(BackupFault::from),
        Err(fault) => Err(fault),
    };
    if let Err(fault) = adopted {
        client.batch_execute(&remove).await?;
        return Err(fault);
    }
    let rows = manifest.tables.values().map(|table| table.rows).sum();
    Ok(Restored { tenant: new, manifest, rows })
}

/// Tells the SQL of a backup, piece by piece.
///
/// # Errors
/// What speaks against the file, or against the telling.
pub async fn open(
    cipher: &Cipher,
    source: &Source,
    mut tell: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<(), BackupFault> {
    let mut archive = Archive::open(cipher, source).await?;
    while let Some(sql) = archive.next().await? {
        tell(&sql).map_err(|error| Fault::Unreachable(error.to_string()))?;
    }
    Ok(())
}

/// Reads a file to its end, and answers what it says and its SHA-256.
///
/// # Errors
/// What speaks against the file.
async fn checked(cipher: &Cipher, source: &Source) -> Result<(Manifest, String), BackupFault> {
    let mut archive = Archive::open(cipher, source).await?;
    let mut text = SqlText::default();
    while let Some(sql) = archive.next().await? {
        text.take(&sql);
    }
    match text.is_whole() {
        true => Ok((archive.manifest.clone(), archive.sha256())),
        false => Err(BackupFault::Changed(source.name())),
    }
}

/// The full backup that a backup goes on from, if it goes on from one.
async fn base_of<'a>(
    cipher: &Cipher,
    source: &Source,
    manifest: &Manifest,
    full: Option<&'a Source>,
) -> Result<Option<&'a Source>, BackupFault> {
    let (name, base) = match (&manifest.base, full) {
        (None, None) => return Ok(None),
        (None, Some(_)) => {
            let told = format!("{} is a full backup itself: leave out --full", source.name());
            return Err(BackupFault::Target(told));
        }
        (Some(base), None) => {
            return Err(BackupFault::FullMissing(source.name(), base.clone()));
        }
        (Some(base), Some(full)) => (full.name(), base),
    };
    let Some(full) = full else { return Ok(None) };
    let (_, sha256) = checked(cipher, full).await?;
    match sha256 == *base {
        true => Ok(Some(full)),
        false => Err(BackupFault::OtherFull(source.name(), name, base.clone())),
    }
}

/// Refuses a tenant that has something to lose.
async fn may_be_filled(
    owner: &mut Owner,
    new: &NewTenant,
    replace: bool,
) -> Result<(), BackupFault> {
    let known = tenants(owner).await?;
    let Some(tenant) = known.into_iter().find(|tenant| tenant.slug == new.slug) else {
        return Ok(());
    };
    let refuse = |told: String| Err(BackupFault::Target(told));
    let slug = &tenant.slug;
    if tenant.module != new.module {
        return refuse(format!("{slug} runs the module {}, and not {}", tenant.module, new.module));
    }
    if replace {
        return match tenant.active {
            true => refuse(format!("{slug} is in use: `bizgraph tenant suspend {slug}` first")),
            false => Ok(()),
        };
    }
    let client = connect(owner.url()).await?;
    let trail = format!("\"{}\".audit_entries", tenant.schema);
    let row = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&trail]).await?;
    let is_used = row.try_get(0)?
        && client
            .query_one(&format!("SELECT EXISTS (SELECT FROM {trail})"), &[])
            .await?
            .try_get(0)?;
    match is_used {
        true => refuse(format!(
            "{slug} was used already: restore into a new tenant, or suspend it and say --replace"
        )),
        false => Ok(()),
    }
}

/// Makes the tables as they were, fills them, proves that they are the same, and brings them up
/// to date.
async fn fill(
    cipher: &Cipher,
    owner: &Owner,
    client: &Client,
    module: &'static Module,
    files: &[&Source],
    manifest: &Manifest,
    schema: &str,
) -> Result<(), BackupFault> {
    client.batch_execute(&format!("CREATE SCHEMA \"{schema}\"")).await?;
    let history = || History::tenant(schema, module);
    migrate::run_listed(owner.url(), history(), manifest.migrations.clone()).await?;
    client.batch_execute(&format!("BEGIN; SET LOCAL search_path TO \"{schema}\"")).await?;
    let keys = foreign_keys(client, schema).await?;
    for (table, name, _) in &keys {
        client.batch_execute(&format!("ALTER TABLE {table} DROP CONSTRAINT \"{name}\"")).await?;
    }
    let tables = names(client, schema, "r").await?;
    let list: Vec<String> = tables.iter().map(|name| format!("\"{name}\"")).collect();
    client.batch_execute(&format!("TRUNCATE {}", list.join(", "))).await?;
    let held: BTreeSet<&str> = manifest.holds.iter().map(String::as_str).collect();
    for (place, source) in files.iter().enumerate() {
        let is_last = place + 1 == files.len();
        let mut archive = Archive::open(cipher, source).await?;
        let wanted = |table: &str| held.contains(table) == is_last;
        load(client, &mut archive, schema, wanted).await?;
    }
    for (table, name, definition) in &keys {
        let text = format!("ALTER TABLE {table} ADD CONSTRAINT \"{name}\" {definition}");
        client.batch_execute(&text).await?;
    }
    let restored = facts(client, schema).await?;
    let differ = [changed(&manifest.tables, &restored), changed(&restored, &manifest.tables)];
    if !differ.iter().all(Vec::is_empty) {
        return Err(BackupFault::Differs(differ.concat().join(", ")));
    }
    client.batch_execute("COMMIT").await?;
    migrate::run(owner.url(), history(), |_| ()).await?;
    Ok(())
}

/// Every foreign key of a schema: its table, name and definition. Rows come in the order of
/// tables, so that keys can be asked for only when all are in.
async fn foreign_keys(
    client: &Client,
    schema: &str,
) -> Result<Vec<(String, String, String)>, BackupFault> {
    let text = "SELECT c.conrelid::regclass::text, c.conname::text, pg_get_constraintdef(c.oid) \
                FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace \
                WHERE c.contype = 'f' AND n.nspname = $1 ORDER BY 1, 2";
    let rows = client.query(text, &[&schema]).await?;
    let key = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    rows.iter().map(key).collect()
}

/// Puts the rows of a file in, of the tables that are wanted of it; and its counters.
async fn load(
    client: &Client,
    archive: &mut Archive<'_>,
    schema: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<(), BackupFault> {
    let mut text = SqlText::default();
    let mut sink: Option<Pin<Box<CopyInSink<Bytes>>>> = None;
    while let Some(sql) = archive.next().await? {
        for part in text.take(&sql) {
            match part {
                Part::Table { name, columns } if wanted(&name) => {
                    let copy = format!("COPY \"{schema}\".\"{name}\" {columns} FROM STDIN");
                    sink = Some(Box::pin(client.copy_in(&copy).await?));
                }
                Part::Table { .. } => sink = None,
                Part::Rows(rows) => {
                    if let Some(sink) = &mut sink {
                        sink.send(rows).await?;
                    }
                }
                Part::End => {
                    if let Some(mut sink) = sink.take() {
                        sink.as_mut().finish().await?;
                    }
                }
                Part::Counter { name, value, called } => {
                    let counter = format!("\"{schema}\".\"{name}\"");
                    // Those of document numbers are made beside the migrations.
                    let make = format!("CREATE SEQUENCE IF NOT EXISTS {counter}");
                    client.batch_execute(&make).await?;
                    let set = "SELECT setval($1::text::regclass, $2, $3)";
                    client.execute(set, &[&counter, &value, &called]).await?;
                }
            }
        }
    }
    Ok(())
}
