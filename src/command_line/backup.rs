//! `bizgraph backup`: copies of a tenant's tables, made, listed, restored and opened by hand.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::backup::{self, BackupFault, Order, Place, Source, Target};
use bizgraph_kernel::cipher::{Cipher, KeyBytes, rotation};
use bizgraph_kernel::db::Session;
use bizgraph_kernel::db::provision::{Owner, set_up_server};
use bizgraph_kernel::entity::Sql;
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use bizgraph_rim::backup::{Backup, BackupStatus, BackupType, jobs::MAKE_BACKUPS, start};
use clap::{Args, Subcommand};
use std::sync::Arc;

use super::running_database::{RunningDatabase, cipher, login_password, with_kernel, with_owner};
use super::{output, refused};
use crate::config::{DatabaseOptions, replaced_keys};
use crate::schema::MODULES;

/// How long a backup may take that keeps no row.
const AT_MOST: Duration = Duration::from_secs(6 * 60 * 60);

/// How often a backup that a server makes is looked at.
const PAUSE: Duration = Duration::from_millis(500);

/// What can be done with backups.
#[derive(Subcommand)]
pub enum Command {
    /// Makes a backup now, and waits for it
    #[command(after_help = "Examples:\n  bizgraph backup run --tenant rim\n  \
                      bizgraph backup run --tenant rim --incremental")]
    Run(Run),
    /// Lists the backups of a tenant
    #[command(after_help = "Example:\n  bizgraph backup list --tenant rim")]
    List(List),
    /// Restores a backup into a new tenant, or into one that may be thrown away
    #[command(after_help = "Examples:\n  \
                      bizgraph backup restore 'full 2026-11-29 02:00' --from rim --into rim_copy\n  \
                      bizgraph backup restore today.backup --full sunday.backup --into rim\n\n\
                      Everything is read and checked before anything is changed. A backup of \
                      before a change of keys opens by itself; one of a server elsewhere needs the \
                      key of that server in BIZGRAPH_OLD_KEY (several are separated by commas).")]
    Restore(Restore),
    /// Prints the SQL that a backup holds, for psql
    #[command(after_help = "Example:\n  bizgraph backup open sunday.backup > sunday.sql")]
    Open(Open),
}

/// What `bizgraph backup run` takes.
#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    database: DatabaseOptions,
    /// Whose tables
    #[arg(long, value_name = "SLUG")]
    tenant: String,
    /// Only the tables that changed since the last full backup
    #[arg(long)]
    incremental: bool,
}

/// What `bizgraph backup list` takes.
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    database: DatabaseOptions,
    /// Whose backups
    #[arg(long, value_name = "SLUG")]
    tenant: String,
}

/// What `bizgraph backup restore` takes.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    database: DatabaseOptions,
    /// A file; or, with --from, the name of a backup
    backup: String,
    /// The tenant that made it, where its name is given
    #[arg(long, value_name = "SLUG")]
    from: Option<String>,
    /// The file of the full backup that an incremental one goes on from
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    full: Option<PathBuf>,
    /// The tenant that it goes into: a new one, or one that nobody used yet
    #[arg(long, value_name = "SLUG")]
    into: String,
    /// Throws away what the tenant has; it must be suspended
    #[arg(long)]
    replace: bool,
}

/// What `bizgraph backup open` takes.
#[derive(Args)]
pub struct Open {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The file
    backup: PathBuf,
}

impl Command {
    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Run(run) => run.run().await,
            Command::List(list) => list.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Open(open) => open.run().await,
        }
    }
}

fn tenant(kernel: &Kernel, slug: &str) -> anyhow::Result<Arc<Tenant>> {
    let unknown = || format!("there is no tenant {slug:?}: `bizgraph tenant list`");
    kernel.tenant(slug).with_context(unknown)
}

/// The key in use, and those that it replaced as far as the configuration names them.
fn keys(options: &DatabaseOptions) -> anyhow::Result<(Cipher, Vec<KeyBytes>)> {
    let named = std::env::var("BIZGRAPH_OLD_KEY").ok();
    let replaced = replaced_keys(named, &options.data_folder)?;
    Ok((cipher(&options.data_folder)?, replaced.iter().map(|key| key.0).collect()))
}

/// Whether there is a database that may know further keys; none is made for it.
fn has_database(options: &DatabaseOptions) -> bool {
    options.database_url.is_some() || options.data_folder.join("postgres").exists()
}

/// The rows of a tenant's backups, if its module keeps such.
async fn rows(kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> anyhow::Result<Vec<Backup>> {
    let actor = kernel.system_actor(tenant.clone()).context("this program lacks the module")?;
    let keeps = actor.module.name == bizgraph_rim::MODULE.name;
    ensure!(keeps, "the module {} keeps no list of backups", actor.module.name);
    let session = Session::new(kernel.database.clone(), actor, kernel.clock.now());
    let rows = session.select::<Backup>(Sql::new("TRUE ORDER BY t.created_at, t.id")).await;
    session.finish();
    Ok(rows?)
}

impl Run {
    async fn run(self) -> anyhow::Result<()> {
        with_kernel(&self.database, async |kernel| {
            let tenant = tenant(kernel, &self.tenant)?;
            match tenant.module == bizgraph_rim::MODULE.name {
                true => self.kept(kernel, &tenant).await,
                false => self.unkept(kernel, &tenant).await,
            }
        })
        .await
    }

    /// A backup of a tenant that keeps a list of them.
    async fn kept(&self, kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> anyhow::Result<()> {
        let actor =
            kernel.system_on(tenant, None).await?.context("this program lacks the module")?;
        let origin = Origin { operation: "backup run".to_owned(), ..Origin::default() };
        let mut tx = kernel.begin(actor, origin).await?;
        let r#type = match self.incremental {
            true => BackupType::Incremental,
            false => BackupType::Full,
        };
        let input = start::Start { r#type, name: None, retention_days: None, reason: None };
        let begun = start::start(&mut tx, input).await.map_err(refused)?;
        tx.commit().await?;
        loop {
            kernel.run_job(tenant, &MAKE_BACKUPS, None).await?;
            let all = rows(kernel, tenant).await?;
            let made = all.into_iter().find(|backup| backup.id == begun.id);
            let made = made.context("the backup is gone")?;
            match made.status {
                BackupStatus::Success => return output::write(&line(&made)),
                BackupStatus::Failed => bail!(made.error_message.unwrap_or_default()),
                // A server that runs makes it, or gives it up in the end.
                BackupStatus::InProgress => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// A backup of a tenant whose module keeps none: a file, and nothing else.
    async fn unkept(&self, kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> anyhow::Result<()> {
        ensure!(
            !self.incremental,
            "the module {} keeps no list of backups that one could go on from",
            tenant.module
        );
        let order = Order { name: "full".to_owned(), place: Place::Local, base: None };
        let made = kernel.make_backup(tenant, order, AT_MOST).await?;
        output::write(&format!("{} ({} bytes)\n", made.location, made.size))
    }
}

/// A backup in one line.
fn line(backup: &Backup) -> String {
    let moment = backup.created_at.format("%Y-%m-%d %H:%M");
    let (status, size) = (backup.status.spelling(), backup.size);
    let place = match (&backup.location, &backup.error_message) {
        (Some(location), _) => location.as_str(),
        (None, Some(why)) => why.as_str(),
        (None, None) if backup.removed_at.is_some() => "removed",
        (None, None) => "",
    };
    format!("{:<32} {moment} UTC  {status:<11} {size:>12}  {place}\n", backup.name)
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        with_kernel(&self.database, async |kernel| {
            let tenant = tenant(kernel, &self.tenant)?;
            if tenant.module != bizgraph_rim::MODULE.name {
                let all = kernel.stored_backups(&tenant).await?;
                return output::write(&all.iter().map(|it| format!("{it}\n")).collect::<String>());
            }
            let lines: String = rows(kernel, &tenant).await?.iter().map(line).collect();
            output::write(&lines)
        })
        .await
    }
}

impl Restore {
    async fn run(self) -> anyhow::Result<()> {
        let (source, full) = self.sources().await?;
        let (cipher, replaced) = keys(&self.database)?;
        let database = RunningDatabase::join(&self.database).await?;
        let restored = async {
            let mut owner = database.owner().await?;
            let password = login_password(&self.database.data_folder)?;
            set_up_server(&mut owner, Some(&password)).await?;
            rotation::note_first(&mut owner, &cipher).await?;
            rotation::learn_beside(&mut owner, &cipher, &replaced).await?;
            let target = Target { slug: self.into.clone(), replace: self.replace };
            let full = full.as_ref();
            let restored =
                backup::restore(&cipher, &mut owner, MODULES, &source, full, &target).await?;
            rotation::note_older(&mut owner, &cipher, &replaced).await?;
            anyhow::Ok(restored)
        };
        let restored = restored.await;
        database.close().await?;
        let restored = restored.context("nothing was restored")?;
        let moment = restored.manifest.made_at.format("%Y-%m-%d %H:%M:%S");
        let (slug, tables) = (&self.into, restored.manifest.tables.len());
        output::write(&format!(
            "{slug} is {} as of {moment} UTC: {} rows in {tables} tables, each compared.\n\
             Restart the servers that serve it, and look: bizgraph verify --tenant {slug}\n",
            restored.manifest.tenant.slug, restored.rows
        ))
    }

    /// The file, and the full one that it goes on from.
    async fn sources(&self) -> anyhow::Result<(Source, Option<Source>)> {
        let Some(from) = &self.from else {
            let full = self.full.clone().map(Source::File);
            return Ok((Source::File(PathBuf::from(&self.backup)), full));
        };
        with_kernel(&self.database, async |kernel| {
            let tenant = tenant(kernel, from)?;
            let rows = rows(kernel, &tenant).await?;
            let named = rows.iter().find(|backup| backup.name == self.backup);
            let named = named.with_context(|| format!("{from} has no backup {:?}", self.backup))?;
            let base = rows.iter().find(|backup| Some(backup.id) == named.base_backup_id);
            let source = |backup: &Backup| {
                let gone = || format!("{:?} is not there any more", backup.name);
                let location = backup.location.as_deref().with_context(gone)?;
                anyhow::Ok(Source::at(&kernel.backups, location)?)
            };
            Ok((source(named)?, base.map(source).transpose()?))
        })
        .await
    }
}

impl Open {
    async fn run(self) -> anyhow::Result<()> {
        let (cipher, replaced) = keys(&self.database)?;
        cipher.know_retired(&replaced);
        let source = Source::File(self.backup);
        let print = |sql: &[u8]| std::io::stdout().lock().write_all(sql);
        match backup::open(&cipher, &source, print).await {
            Err(BackupFault::OtherKey(_)) if has_database(&self.database) => {
                let learn = async |owner: &mut Owner| {
                    Ok(rotation::learn_beside(owner, &cipher, &replaced).await?)
                };
                with_owner(&self.database, learn).await?;
                Ok(backup::open(&cipher, &source, print).await?)
            }
            opened => Ok(opened?),
        }
    }
}
