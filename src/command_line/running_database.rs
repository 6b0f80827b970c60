//! The database that a command works on: the private cluster, started when it does not run, or
//! the server that `DATABASE_URL` names.

use std::path::Path;

use anyhow::Context;
use bizgraph_kernel::backup::{Backups, PgDump};
use bizgraph_kernel::cipher::{Cipher, rotation};
use bizgraph_kernel::clock::SystemClock;
use bizgraph_kernel::db::provision::Owner;
use bizgraph_kernel::db::{Database, PoolSizes};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::notification::Senders;
use bizgraph_kernel::provider::Providers;
use bizgraph_kernel::stored_file::FileStore;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;
use tokio_postgres::NoTls;

use crate::config::{DatabaseOptions, app_password, encryption_key};
use crate::embedded::{Cluster, ClusterError, Profile, dump_program};
use crate::schema::MODULES;

/// The database of the private cluster.
const DATABASE: &str = "bizgraph";

/// A database that can be connected to, as long as this lives.
pub struct RunningDatabase {
    cluster: Option<Cluster>,
    owner_url: String,
}

impl RunningDatabase {
    /// Finds the database, and starts the private cluster if that is the one and nobody has.
    pub async fn open(options: &DatabaseOptions) -> anyhow::Result<Self> {
        let named = options.database_url.as_ref().filter(|url| !url.is_empty());
        if let Some(url) = named {
            return Ok(RunningDatabase { cluster: None, owner_url: url.clone() });
        }
        let cluster = Cluster::start(&options.data_folder, Profile::Durable).await?;
        make_database(&cluster.url("postgres")).await?;
        let owner_url = cluster.url(DATABASE);
        Ok(RunningDatabase { cluster: Some(cluster), owner_url })
    }

    /// Like [`RunningDatabase::open`], and joins the cluster of a server that runs already.
    pub async fn join(options: &DatabaseOptions) -> anyhow::Result<Self> {
        match Self::open(options).await {
            Err(error) if matches!(error.downcast_ref(), Some(ClusterError::InUse { .. })) => {
                let url = url_of_running(&options.data_folder).ok_or(error)?;
                Ok(RunningDatabase { cluster: None, owner_url: url })
            }
            other => other,
        }
    }

    /// A connection as the owner of the database.
    pub async fn owner(&self) -> anyhow::Result<Owner> {
        Ok(Owner::connect(&self.owner_url).await?)
    }

    /// A kernel over this database, which uses it as the server's login role.
    pub async fn kernel(
        &self,
        data_folder: &Path,
        app_url: &str,
        sizes: PoolSizes,
        senders: Senders,
        providers: Providers,
    ) -> anyhow::Result<Arc<Kernel>> {
        let cipher = cipher(data_folder)?;
        self.kernel_by(cipher, data_folder, app_url, sizes, senders, providers).await
    }

    /// The same with this cipher.
    pub async fn kernel_by(
        &self,
        cipher: Cipher,
        data_folder: &Path,
        app_url: &str,
        sizes: PoolSizes,
        senders: Senders,
        providers: Providers,
    ) -> anyhow::Result<Arc<Kernel>> {
        let database = Database::new(app_url, sizes)?;
        let kernel = Kernel::new(database, Arc::new(SystemClock), cipher, MODULES)
            .with_files(file_store(data_folder)?)
            .with_backups(backups(data_folder, app_url)?)
            .with_senders(senders)
            .with_providers(providers);
        kernel.refresh_tenants().await.context(
            "the tenants cannot be read as the server's own login role (a server that was set up \
             needs the password it was set up with, in BIZGRAPH_APP_PASSWORD or the data folder)",
        )?;
        rotation::learn(&kernel.database, &kernel.cipher).await?;
        Ok(Arc::new(kernel))
    }

    /// Stops the private cluster, if it was started here.
    pub async fn close(self) -> anyhow::Result<()> {
        match self.cluster {
            Some(cluster) => Ok(cluster.stop().await?),
            None => Ok(()),
        }
    }
}

/// The cipher with the key in use, given or made.
pub fn cipher(data_folder: &Path) -> anyhow::Result<Cipher> {
    let key = encryption_key(std::env::var("BIZGRAPH_KEY").ok(), data_folder)?;
    Ok(Cipher::new(&key.0))
}

/// Where uploaded files are kept: the address in BIZGRAPH_FILES, else a folder beside the data.
fn file_store(data_folder: &Path) -> anyhow::Result<FileStore> {
    match std::env::var("BIZGRAPH_FILES").ok().filter(|address| !address.is_empty()) {
        Some(address) => FileStore::at(&address).context(
            "BIZGRAPH_FILES names no store that can be used: give file:///folder, or \
             s3://bucket/folder to a program that was built with --features s3",
        ),
        None => {
            let folder = data_folder.join("files");
            FileStore::in_folder(&folder)
                .with_context(|| format!("{} cannot hold uploaded files", folder.display()))
        }
    }
}

/// How backups are made and where they are kept: by the program in BIZGRAPH_PG_DUMP, else the
/// newest pg_dump of the machine, as the server's own login role; in the folder or at the address
/// in BIZGRAPH_BACKUPS, else a folder beside the data; and in the cloud at BIZGRAPH_BACKUPS_CLOUD.
fn backups(data_folder: &Path, app_url: &str) -> anyhow::Result<Backups> {
    let named = |name| std::env::var(name).ok().filter(|text: &String| !text.is_empty());
    let store = |name, address: String| {
        let told = format!(
            "{name} names no store that can be used: give a folder, or s3://bucket/folder to a \
             program that was built with --features s3"
        );
        match address.contains("://") {
            true => FileStore::at(&address).context(told),
            false => FileStore::in_folder(Path::new(&address)).context(told),
        }
    };
    let local = match named("BIZGRAPH_BACKUPS") {
        Some(address) => store("BIZGRAPH_BACKUPS", address)?,
        None => {
            let folder = data_folder.join("backups");
            FileStore::in_folder(&folder)
                .with_context(|| format!("{} cannot hold backups", folder.display()))?
        }
    };
    let cloud = named("BIZGRAPH_BACKUPS_CLOUD");
    let cloud = cloud.map(|address| store("BIZGRAPH_BACKUPS_CLOUD", address)).transpose()?;
    Ok(Backups::new(Arc::new(PgDump::new(|| Box::pin(dump_program()), app_url)), local, cloud))
}

/// The password of the server's login role, given or made.
pub fn login_password(data_folder: &Path) -> anyhow::Result<String> {
    Ok(app_password(std::env::var("BIZGRAPH_APP_PASSWORD").ok(), data_folder)?.0)
}

/// Runs a command that changes or reads tenants, beside a server that may be running.
pub async fn with_kernel<T>(
    options: &DatabaseOptions,
    work: impl AsyncFnOnce(&Arc<Kernel>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    with_kernel_and_providers(options, Providers::default(), work).await
}

/// The same for a command that may call providers.
pub async fn with_kernel_and_providers<T>(
    options: &DatabaseOptions,
    providers: Providers,
    work: impl AsyncFnOnce(&Arc<Kernel>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let database = RunningDatabase::join(options).await?;
    let outcome = async {
        let app_url = database.owner().await?.app_url(&login_password(&options.data_folder)?);
        let sizes = PoolSizes { reads: 1, writes: 2 };
        let (folder, senders) = (&options.data_folder, Senders::default());
        let kernel = database.kernel(folder, &app_url, sizes, senders, providers).await?;
        work(&kernel).await
    };
    let outcome = outcome.await;
    database.close().await?;
    outcome
}

/// Runs a command that needs no more than the owner's connection.
pub async fn with_owner<T>(
    options: &DatabaseOptions,
    work: impl AsyncFnOnce(&mut Owner) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let database = RunningDatabase::join(options).await?;
    let outcome = async { work(&mut database.owner().await?).await };
    let outcome = outcome.await;
    database.close().await?;
    outcome
}

/// Makes the database of a new cluster.
async fn make_database(url: &str) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let found =
        client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&DATABASE]).await?;
    if found.is_none() {
        client.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;
    }
    drop(client);
    connection.await??;
    Ok(())
}

/// The address of the cluster that another process runs on this folder: PostgreSQL writes its
/// port and its socket's folder into the fourth and fifth line of a file.
fn url_of_running(data_folder: &Path) -> Option<String> {
    let file = data_folder.join("postgres").join("postmaster.pid");
    let text = std::fs::read_to_string(file).ok()?;
    let mut lines = text.lines().skip(3);
    let (port, socket_folder) = (lines.next()?, lines.next()?);
    let host = utf8_percent_encode(socket_folder, NON_ALPHANUMERIC);
    Some(format!("postgresql://postgres@{host}:{port}/{DATABASE}"))
}
