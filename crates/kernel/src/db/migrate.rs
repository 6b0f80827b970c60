//! Migrations: the platform's once a server, the kernel's and the module's as one history in
//! every tenant's schema. Each runs in a transaction of its own, so that a run that was
//! interrupted goes on where it stopped.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::migration::{CREATE_MIGRATIONS_TABLE, Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::{Array, Bool, Text};
use diesel::{Connection, QueryResult, RunQueryDsl};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use crate::module::Module;

/// The tables of the whole server, in the schema `platform`.
pub static PLATFORM: EmbeddedMigrations = embed_migrations!("../../migrations/platform");

/// The tables that every tenant has.
static KERNEL: EmbeddedMigrations = embed_migrations!("../../migrations/kernel");

/// Class of the advisory locks that keep two migrators apart; the second key is the schema.
const LOCK_CLASS: i32 = 0x6d69_6772;

type OwnerConnection = AsyncConnectionWrapper<AsyncPgConnection>;
type BoxedMigration = Box<dyn Migration<Pg>>;

/// Why migrations did not run.
#[derive(Debug, thiserror::Error)]
pub enum MigrationFault {
    /// A later version of the program was here before.
    #[error(
        "the database is newer than this program: schema {schema} has migration {version}, which \
         this program does not know; start the version that made it, or a later one"
    )]
    Newer { schema: String, version: String },
    /// A migration was refused by the database; it left nothing behind.
    #[error("migration {name} of schema {schema} failed: {reason}")]
    Failed { schema: String, name: String, reason: String },
    /// The database cannot be reached or refuses its owner.
    #[error(
        "the database cannot be reached as its owner ({0}): check DATABASE_URL, and that \
         PostgreSQL runs"
    )]
    Unreachable(#[from] diesel::ConnectionError),
    /// Any other answer of the database.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// A defect of the program itself.
    #[error("{0}")]
    Internal(String),
}

/// The migrations of one schema, in the order of their versions.
pub struct History {
    schema: String,
    sources: Vec<&'static EmbeddedMigrations>,
}

/// One migration of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `2026-01-01-000001_tenants`
    pub name: String,
    /// Whether it has run in this schema.
    pub applied: bool,
}

impl History {
    /// The history of the schema `platform`.
    pub fn platform() -> Self {
        History { schema: "platform".to_owned(), sources: vec![&PLATFORM] }
    }

    /// The history of a tenant's schema: the kernel's migrations and its module's.
    pub fn tenant(schema: &str, module: &'static Module) -> Self {
        History { schema: schema.to_owned(), sources: vec![&KERNEL, &module.migrations] }
    }

    /// The versions of all migrations, in their order.
    ///
    /// # Errors
    /// A program whose migrations cannot be told apart.
    pub fn versions(&self) -> Result<Vec<String>, MigrationFault> {
        let migrations = self.migrations()?;
        Ok(migrations.iter().map(|it| it.name().version().to_string()).collect())
    }

    fn migrations(&self) -> Result<Vec<BoxedMigration>, MigrationFault> {
        let mut all: Vec<BoxedMigration> = Vec::new();
        for source in &self.sources {
            let migrations = source.migrations();
            all.extend(migrations.map_err(|error| MigrationFault::Internal(error.to_string()))?);
        }
        all.sort_by_key(|migration| migration.name().version().as_owned());
        // Of two with one version only the first would ever run.
        let twice =
            all.windows(2).find(|pair| pair[0].name().version() == pair[1].name().version());
        match twice {
            Some(pair) => {
                let version = pair[0].name().version();
                Err(MigrationFault::Internal(format!("two migrations have the version {version}")))
            }
            None => Ok(all),
        }
    }

    fn failed(&self, migration: &BoxedMigration, reason: impl ToString) -> MigrationFault {
        MigrationFault::Failed {
            schema: self.schema.clone(),
            name: migration.name().to_string(),
            reason: reason.to_string(),
        }
    }
}

/// Every migration of a history, and whether it has run. Changes nothing.
///
/// # Errors
/// [`MigrationFault::Newer`], or what keeps the database from being read.
pub async fn status(owner_url: &str, history: History) -> Result<Vec<Step>, MigrationFault> {
    blocking(owner_url, move |connection| {
        let migrations = history.migrations()?;
        let applied = applied(connection, &history, &migrations)?;
        let step = |migration: &BoxedMigration| Step {
            name: migration.name().to_string(),
            applied: applied.contains(&migration.name().version().to_string()),
        };
        Ok(migrations.iter().map(step).collect())
    })
    .await
}

/// Runs what has not run yet, tells each name when it is done, and answers how many there were.
///
/// # Errors
/// [`MigrationFault::Newer`] before anything is changed; else the first migration that failed,
/// with those before it kept.
pub async fn run(
    owner_url: &str,
    history: History,
    done: impl Fn(&str) + Send + 'static,
) -> Result<usize, MigrationFault> {
    blocking(owner_url, move |connection| {
        let migrations = history.migrations()?;
        let already = applied(connection, &history, &migrations)?;
        let mut count = 0;
        for migration in &migrations {
            let version = migration.name().version().to_string();
            if !already.contains(&version) && up(connection, &history, migration, &version)? {
                done(&migration.name().to_string());
                count += 1;
            }
        }
        Ok(count)
    })
    .await
}

/// Runs these migrations of a history and no others, in an empty schema.
///
/// # Errors
/// [`MigrationFault::Newer`] for a version that this program does not know; else the first
/// migration that failed.
pub async fn run_listed(
    owner_url: &str,
    history: History,
    versions: Vec<String>,
) -> Result<(), MigrationFault> {
    blocking(owner_url, move |connection| {
        let migrations = history.migrations()?;
        let known: Vec<String> =
            migrations.iter().map(|it| it.name().version().to_string()).collect();
        if let Some(version) = versions.iter().find(|version| !known.contains(version)) {
            let (schema, version) = (history.schema.clone(), version.clone());
            return Err(MigrationFault::Newer { schema, version });
        }
        for (migration, version) in migrations.iter().zip(&known) {
            if versions.contains(version) {
                up(connection, &history, migration, version)?;
            }
        }
        Ok(())
    })
    .await
}

/// Takes back every migration that has run, the latest first, and answers how many there were.
///
/// # Errors
/// The first migration that cannot be taken back, with those after it gone.
pub async fn revert_all(owner_url: &str, history: History) -> Result<usize, MigrationFault> {
    blocking(owner_url, move |connection| {
        let migrations = history.migrations()?;
        let applied = applied(connection, &history, &migrations)?;
        for migration in migrations.iter().rev() {
            let version = migration.name().version().to_string();
            if applied.contains(&version) {
                down(connection, &history, migration, &version)?;
            }
        }
        Ok(applied.len())
    })
    .await
}

/// Migrations are written for blocking connections, so they get a thread that may block.
async fn blocking<T: Send + 'static>(
    owner_url: &str,
    work: impl FnOnce(&mut OwnerConnection) -> Result<T, MigrationFault> + Send + 'static,
) -> Result<T, MigrationFault> {
    let connection = AsyncPgConnection::establish(owner_url).await?;
    let task = tokio::task::spawn_blocking(move || work(&mut OwnerConnection::from(connection)));
    task.await.map_err(|error| MigrationFault::Internal(error.to_string()))?
}

/// The versions in the database; none where the schema has not been made yet.
fn applied(
    connection: &mut OwnerConnection,
    history: &History,
    known: &[BoxedMigration],
) -> Result<Vec<String>, MigrationFault> {
    let table = format!("\"{}\".__diesel_schema_migrations", history.schema);
    let exists = format!("to_regclass('{table}') IS NOT NULL");
    if !diesel::select(sql::<Bool>(&exists)).get_result::<bool>(connection)? {
        return Ok(Vec::new());
    }
    let versions = format!("ARRAY(SELECT version::text FROM {table} ORDER BY version)");
    let versions: Vec<String> =
        diesel::select(sql::<Array<Text>>(&versions)).get_result(connection)?;
    let is_known = |version: &String| {
        known.iter().any(|migration| migration.name().version().to_string() == *version)
    };
    match versions.iter().find(|version| !is_known(version)) {
        Some(version) => {
            Err(MigrationFault::Newer { schema: history.schema.clone(), version: version.clone() })
        }
        None => Ok(versions),
    }
}

/// Runs one migration, unless another migrator has done so meanwhile.
fn up(
    connection: &mut OwnerConnection,
    history: &History,
    migration: &BoxedMigration,
    version: &str,
) -> Result<bool, MigrationFault> {
    Connection::transaction(connection, |connection| {
        enter(connection, &history.schema)?;
        connection.batch_execute(CREATE_MIGRATIONS_TABLE)?;
        if has_run(connection, version)? {
            return Ok(false);
        }
        migration.run(connection).map_err(|error| history.failed(migration, error))?;
        diesel::sql_query("INSERT INTO __diesel_schema_migrations (version) VALUES ($1)")
            .bind::<Text, _>(version)
            .execute(connection)?;
        Ok(true)
    })
}

fn down(
    connection: &mut OwnerConnection,
    history: &History,
    migration: &BoxedMigration,
    version: &str,
) -> Result<(), MigrationFault> {
    Connection::transaction(connection, |connection| {
        enter(connection, &history.schema)?;
        if !has_run(connection, version)? {
            return Ok(());
        }
        migration.revert(connection).map_err(|error| history.failed(migration, error))?;
        diesel::sql_query("DELETE FROM __diesel_schema_migrations WHERE version = $1")
            .bind::<Text, _>(version)
            .execute(connection)?;
        Ok(())
    })
}

/// Turns this transaction to the schema and waits until no other migrator is in it.
fn enter(connection: &mut OwnerConnection, schema: &str) -> QueryResult<()> {
    connection.batch_execute(&format!(
        "SET LOCAL search_path TO \"{schema}\"; SET LOCAL client_min_messages TO warning; \
         SELECT pg_advisory_xact_lock({LOCK_CLASS}, hashtext('{schema}'))"
    ))
}

fn has_run(connection: &mut OwnerConnection, version: &str) -> QueryResult<bool> {
    let found = diesel::sql_query("SELECT 1 FROM __diesel_schema_migrations WHERE version = $1")
        .bind::<Text, _>(version)
        .execute(connection)?;
    Ok(found > 0)
}
