//! Making a backup: dumped, sealed and stored as one stream, of which little is in memory.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use object_store::WriteMultipart;
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use uuid::Uuid;

use crate::backup::archive::written;
use crate::backup::manifest::changed;
use crate::backup::sealed::Sealing;
use crate::backup::snapshot::Snapshot;
use crate::backup::{BackupFault, DumpOrder, Manifest, Place};
use crate::db::Fault;
use crate::db::migrate::History;
use crate::hexadecimal::digits;
use crate::kernel::Kernel;
use crate::module::Module;
use crate::stored_file::unreachable;
use crate::tenant::Tenant;

/// Parts that travel to the store at one time.
const PARTS: usize = 2;

/// A backup to be made.
#[derive(Clone, Debug)]
pub struct Order {
    /// What its file is called, as far as a file can be called so.
    pub name: String,
    pub place: Place,
    /// The full backup that it goes on from; none for a full one.
    pub base: Option<Base>,
}

/// A full backup that others go on from.
#[derive(Clone, Debug)]
pub struct Base {
    pub sha256: String,
    pub manifest: Manifest,
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Where it is; begins with the place.
    pub location: String,
    /// In bytes.
    pub size: i64,
    pub sha256: String,
    pub manifest: Manifest,
}

/// The migrations that a tenant's tables have been through: a server does not serve others.
///
/// # Errors
/// A program that is not as it should be.
pub fn shape(tenant: &Tenant, module: &'static Module) -> Result<Vec<String>, BackupFault> {
    Ok(History::tenant(&tenant.schema, module).versions()?)
}

impl Kernel {
    /// Makes a backup of a tenant in a time. Nobody waits for it: it reads one snapshot on
    /// connections of its own.
    ///
    /// # Errors
    /// Why there is none; what was stored of it is taken back.
    pub async fn make_backup(
        &self,
        tenant: &Tenant,
        order: Order,
        at_most: Duration,
    ) -> Result<Made, BackupFault> {
        let made = self.make(tenant, order, at_most).await;
        if let Err(fault) = &made {
            tracing::error!(%fault, tenant = tenant.slug, "a backup was not made");
        }
        made
    }

    async fn make(
        &self,
        tenant: &Tenant,
        order: Order,
        at_most: Duration,
    ) -> Result<Made, BackupFault> {
        let module = self.module(&tenant.module);
        let module = module.ok_or_else(|| Fault::internal("a tenant without its module"))?;
        let store = self.backups.store(order.place)?.clone();
        let snapshot = Snapshot::open(self.database.url(), tenant).await?;
        let tables = snapshot.tables().await?;
        let holds = match &order.base {
            Some(base) => changed(&base.manifest.tables, &tables),
            None => tables.keys().cloned().collect(),
        };
        let only = match order.base {
            Some(_) => Some([holds.clone(), snapshot.counters().await?].concat()),
            None => None,
        };
        let manifest = Manifest {
            made_at: self.clock.now(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            server_version: snapshot.server_version,
            tenant: tenant.into(),
            migrations: shape(tenant, module)?,
            base: order.base.map(|base| base.sha256),
            tables,
            holds,
        };
        let what = DumpOrder {
            role: tenant.role.clone(),
            schema: tenant.schema.clone(),
            snapshot: snapshot.id.clone(),
            server_version: snapshot.server_version,
            only,
        };
        let path = format!("{}/{}-{}.backup", tenant.slug, plain(&order.name), Uuid::new_v4());
        let upload = store.begin(&path).await?;
        let mut writing = Writing { upload, hash: Sha256::new(), size: 0 };
        let written = timeout(at_most, self.write(&mut writing, &manifest, what)).await;
        match written.unwrap_or(Err(BackupFault::TooLong)) {
            Ok(()) => {
                writing.upload.finish().await.map_err(unreachable)?;
                let location = format!("{}{path}", order.place.prefix());
                let (size, sha256) = (writing.size, digits(writing.hash.finalize()));
                Ok(Made { location, size, sha256, manifest })
            }
            Err(fault) => {
                if let Err(error) = writing.upload.abort().await {
                    tracing::warn!(%error, path, "a backup was not taken back");
                }
                Err(fault)
            }
        }
    }

    async fn write(
        &self,
        writing: &mut Writing,
        manifest: &Manifest,
        what: DumpOrder,
    ) -> Result<(), BackupFault> {
        let (mut sealing, head) = Sealing::begin(&self.cipher)?;
        writing.put(head).await?;
        writing.put(sealing.seal(&written(manifest)?)?).await?;
        let mut pieces = self.backups.dump.dump(what);
        while let Some(piece) = pieces.next().await {
            writing.put(sealing.seal(&piece?)?).await?;
        }
        writing.put(sealing.finish()?).await
    }

    /// Removes the file of a backup of a tenant; one that is not there is removed already.
    /// A tenant that was restored from another's backup leaves the other's files alone.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn remove_backup(&self, tenant: &Tenant, location: &str) -> Result<(), BackupFault> {
        let (store, path) = self.backups.find(location)?;
        if path.starts_with(&format!("{}/", tenant.slug)) {
            store.remove(path).await?;
        }
        Ok(())
    }
}

/// A file on its way to the store.
struct Writing {
    upload: WriteMultipart,
    hash: Sha256,
    size: i64,
}

impl Writing {
    async fn put(&mut self, bytes: Vec<u8>) -> Result<(), BackupFault> {
        self.hash.update(&bytes);
        self.size += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.upload.wait_for_capacity(PARTS).await.map_err(unreachable)?;
        self.upload.put(Bytes::from(bytes));
        Ok(())
    }
}

/// A name as part of a path.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    name.chars().map(plain).collect()
}
