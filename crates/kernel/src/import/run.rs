//! An import from its first file to its last check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::actor::Origin;
use crate::audit::AuditEntry;
use crate::cipher::personal_data::convert;
use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::import::catalogue::Table;
use crate::import::constraints::{Asked, Broken};
use crate::import::file::{FileRow, Reading, TableFile};
use crate::import::{BadRow, Import, ImportFault, ImportTable, Imported, Progress, settle, stage};
use crate::kernel::Kernel;
use crate::tenant::Tenant;
use crate::verify::found;

/// Rows that are kept by one statement.
const BATCH: usize = 500;

/// Attempts without bad rows and what depends on them; each leaves out at least one more.
const MOST_ATTEMPTS: usize = 100;

/// Imports the files of a folder into a tenant that nobody uses yet. With `skip_bad`, bad rows
/// and those that depend on them are left out; else a single one keeps everything out.
///
/// # Errors
/// Why nothing was imported, every bad row included.
pub async fn import(
    kernel: &Kernel,
    tenant: Arc<Tenant>,
    folder: &Path,
    skip_bad: bool,
    mut progress: impl FnMut(Progress),
) -> Result<Imported, ImportFault> {
    let actor = kernel
        .system_actor(tenant)
        .ok_or_else(|| Fault::internal("a tenant without its module"))?;
    let import = actor.module.import.ok_or_else(|| {
        ImportFault::Files(format!("the module {} has no import", actor.module.name))
    })?;
    let files = files(import, folder)?;
    let origin = Origin { operation: "import".to_owned(), ..Origin::default() };
    let mut tx = kernel.begin(actor, origin).await?;
    let mut work = Work { import, files, skip_bad, tables: Vec::new(), bad: BTreeMap::new() };
    match work.run(&mut tx, folder, &mut progress).await {
        Ok(imported) => {
            tx.commit().await?;
            Ok(imported)
        }
        Err(fault) => {
            tx.rollback().await;
            Err(fault)
        }
    }
}

/// The files that are here, by the places of their tables.
fn files(import: &Import, folder: &Path) -> Result<BTreeMap<usize, String>, ImportFault> {
    let unreadable = |error| ImportFault::Unreadable(folder.to_owned(), error);
    let mut places = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let Some(table) = name.to_str().and_then(|name| name.strip_suffix(".csv")) else {
            continue;
        };
        let place = import.tables.iter().position(|spec| spec.is_called(table));
        let place = place.ok_or_else(|| {
            let known = import.tables.iter().filter(|spec| spec.has_file).map(|spec| spec.table);
            let known = known.collect::<Vec<_>>().join(", ");
            ImportFault::Files(format!("{table}.csv: there is no such table; there are {known}"))
        })?;
        if let Some(other) = places.insert(place, format!("{table}.csv")) {
            let told = format!("{other} and {table}.csv are files of one table");
            return Err(ImportFault::Files(told));
        }
    }
    if places.is_empty() {
        let told =
            format!("{} has no file such as {}.csv", folder.display(), import.tables[0].table);
        return Err(ImportFault::Files(told));
    }
    Ok(places)
}

struct Work {
    import: &'static Import,
    /// The files, by the places of their tables.
    files: BTreeMap<usize, String>,
    skip_bad: bool,
    tables: Vec<Table>,
    /// Bad rows by the place of their table.
    bad: BTreeMap<usize, BTreeSet<BadRow>>,
}

impl Work {
    async fn run(
        &mut self,
        tx: &mut Tx,
        folder: &Path,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Imported, ImportFault> {
        self.prepare(tx).await?;
        self.read(tx, folder, progress).await?;
        for attempt in 1.. {
            let doing = match attempt {
                1 => "checking every row".to_owned(),
                _ => format!("checking without bad rows, attempt {attempt}"),
            };
            progress(Progress { doing, read: 1, of: 1 });
            let broken = self.attempt(tx).await?;
            if broken.is_empty() {
                break;
            }
            // What is derived cannot be left out by itself.
            let hopeless = broken.iter().all(|broken| broken.row.line.is_none());
            for Broken { table, row } in broken {
                self.bad.entry(table).or_default().insert(row);
            }
            if !self.skip_bad || hopeless || attempt == MOST_ATTEMPTS {
                return Err(ImportFault::Bad(self.bad_rows()));
            }
        }
        progress(Progress { doing: "moving the counters on".to_owned(), read: 1, of: 1 });
        let imported = self.finish(tx).await?;
        convert::seal_all(tx).await?;
        Ok(imported)
    }

    /// Every bad row in the order of tables and lines.
    fn bad_rows(&self) -> Vec<BadRow> {
        self.bad.values().flatten().cloned().collect()
    }

    fn specs(&self) -> &'static [ImportTable] {
        self.import.tables
    }

    /// Keeps everybody else out, and makes the waiting tables.
    async fn prepare(&mut self, tx: &mut Tx) -> Result<(), ImportFault> {
        for text in [
            "SET LOCAL statement_timeout = 0",
            "SET LOCAL idle_in_transaction_session_timeout = 0",
            "SET LOCAL client_min_messages = warning",
        ] {
            stage::run(tx, text).await?;
        }
        let mut sql = Sql::new("SELECT set_config('bizgraph.time_zone', ");
        sql.bind(Bind::Text(Some(tx.actor.tenant.time_zone.name().to_owned())));
        sql.push(", TRUE), set_config('bizgraph.tenant', ");
        sql.bind(Bind::Text(Some(tx.actor.tenant.id.to_string())));
        sql.push(", TRUE), set_config('bizgraph.slug', ");
        sql.bind(Bind::Text(Some(tx.actor.tenant.slug.clone()))).push(", TRUE)").rare();
        tx.load(sql).await?;
        // What stays and is only added to needs no lock, nor a history, which nobody writes without
        // a row that it tells of.
        let histories = tx.actor.module.append_only;
        let locked = self.specs().iter().filter(|spec| !spec.staged);
        let locked = locked.filter(|spec| !histories.contains(&spec.table));
        let locked = locked.filter(|spec| spec.has_file || !spec.seeded);
        let names: Vec<&str> = locked.map(|spec| spec.table).collect();
        let lock = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", names.join(", "));
        stage::run(tx, &lock).await?;
        for spec in self.specs().iter().filter(|spec| !spec.seeded && !spec.staged) {
            let mut sql = Sql::new(&format!("SELECT 1 FROM {} LIMIT 1", spec.table));
            sql.rare();
            if !tx.load(sql).await?.is_empty() {
                return Err(ImportFault::InUse(spec.table.replace('_', " ")));
            }
        }
        for spec in self.specs() {
            let table = match spec.staged {
                true => Table::none(spec.table),
                false => Table::read(tx, spec.table).await?,
            };
            stage::make(tx, spec, &table).await?;
            self.tables.push(table);
        }
        Ok(())
    }

    /// Keeps what the files hold, and notes the rows that cannot be read.
    async fn read(
        &mut self,
        tx: &mut Tx,
        folder: &Path,
        progress: &mut impl FnMut(Progress),
    ) -> Result<(), ImportFault> {
        let specs = self.specs();
        let length = |name| std::fs::metadata(folder.join(name)).map_or(0, |file| file.len());
        let (of, mut before) = (self.files.values().map(length).sum(), 0);
        let (country, cipher) = (tx.actor.tenant.country.clone(), tx.cipher.clone());
        let reading = Reading { country: &country, cipher: &cipher };
        for (place, name) in self.files.clone() {
            let (spec, path) = (&specs[place], folder.join(&name));
            let mut file = TableFile::open(&path, spec, &self.tables[place])?;
            let mut rows = Vec::with_capacity(BATCH);
            let mut more = true;
            while more {
                match file.next(&reading)? {
                    Some(FileRow::Good(row)) => rows.push(row),
                    Some(FileRow::Bad(bad, rest)) => {
                        self.bad.entry(place).or_default().insert(bad);
                        rows.push(rest);
                    }
                    None => more = false,
                }
                if rows.len() == BATCH || !more {
                    stage::keep(tx, spec.table, std::mem::take(&mut rows)).await?;
                    let doing = format!("reading {name}");
                    progress(Progress { doing, read: before + file.position(), of });
                }
            }
            before += file.position();
        }
        Ok(())
    }

    /// Checks everything without the rows that are known to be bad, and answers further ones;
    /// none once all of it is in and every invariant holds.
    async fn attempt(&self, tx: &mut Tx) -> Result<Vec<Broken>, ImportFault> {
        for (place, table) in self.tables.iter().enumerate() {
            let bad = self.bad.get(&place).into_iter().flatten();
            let without = bad.filter_map(|row| row.line).collect();
            stage::fill(tx, table.name, without).await?;
            stage::default(tx, table).await?;
        }
        if self.skip_bad || self.bad.is_empty() {
            self.require(tx).await?;
        }
        let mut broken = Vec::new();
        for place in 0..self.tables.len() {
            broken.extend(self.asked(place, &self.waiting(), &[]).refusals(tx).await?);
        }
        for text in self.import.derive {
            stage::script(tx, text).await?;
        }
        for table in &self.tables {
            stage::default(tx, table).await?;
            stage::compute(tx, table).await?;
        }
        let replaced = self.replaced(tx).await?;
        let replaced: Vec<&str> = replaced.iter().map(|spec| spec.table).collect();
        for place in 0..self.tables.len() {
            let asked = (self.waiting(), replaced.clone());
            broken.extend(self.asked(place, &asked.0, &asked.1).constraints(tx).await?);
        }
        if broken.iter().any(|broken| broken.row.line.is_some()) {
            // Derived rows follow from the rows of files.
            broken.retain(|broken| broken.row.line.is_some());
        }
        if !broken.is_empty() {
            return Ok(broken);
        }
        if !self.skip_bad && !self.bad.is_empty() {
            return Err(ImportFault::Bad(self.bad_rows()));
        }
        stage::run(tx, "SAVEPOINT before_rows").await?;
        self.replace(tx).await?;
        settle::insert(tx, &self.tables).await?;
        for spec in self.specs() {
            settle::gapless_numbers(tx, spec).await?;
        }
        let broken = self.findings(tx).await?;
        if !broken.is_empty() {
            stage::run(tx, "ROLLBACK TO SAVEPOINT before_rows").await?;
        }
        Ok(broken)
    }

    fn waiting(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.name).collect()
    }

    /// Tables whose present rows give way to those that wait.
    async fn replaced(&self, tx: &mut Tx) -> Result<Vec<&'static ImportTable>, Fault> {
        let mut replaced = Vec::new();
        for spec in self.specs().iter().filter(|spec| spec.seeded && spec.has_file) {
            let mut sql = Sql::new(&format!("SELECT 1 FROM new_{} LIMIT 1", spec.table));
            sql.rare();
            if !tx.load(sql).await?.is_empty() {
                replaced.push(spec);
            }
        }
        Ok(replaced)
    }

    fn file(&self, place: usize) -> String {
        let name = self.files.get(&place).cloned();
        name.unwrap_or_else(|| format!("{}.csv", self.specs()[place].table))
    }

    fn asked<'a>(
        &'a self,
        place: usize,
        waiting: &'a [&'static str],
        replaced: &'a [&'static str],
    ) -> Asked<'a> {
        let (spec, table) = (&self.specs()[place], &self.tables[place]);
        let file = self.file(place);
        Asked { place, spec, table, file, waiting, replaced, dependants_too: self.skip_bad }
    }

    async fn require(&self, tx: &mut Tx) -> Result<(), ImportFault> {
        for (query, says) in self.import.requirements {
            let mut sql = Sql::new(query);
            sql.rare();
            let rows = tx.load(sql).await?;
            if !rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or(false) {
                return Err(ImportFault::Files((*says).to_owned()));
            }
        }
        Ok(())
    }

    /// Removes the rows that every tenant starts with, where a file brings others, and with
    /// people everything by which they prove who they are.
    async fn replace(&self, tx: &mut Tx) -> Result<(), ImportFault> {
        // Those that refer to others go first.
        for spec in self.replaced(tx).await?.into_iter().rev() {
            if spec.password.is_some() {
                for table in ["sessions", "api_keys", "mfa_factors", "credentials"] {
                    stage::run(tx, &format!("DELETE FROM {table}")).await?;
                }
            }
            stage::run(tx, &format!("DELETE FROM {}", spec.table)).await?;
        }
        Ok(())
    }

    /// Rows that break an invariant of the module, found again in their files.
    async fn findings(&self, tx: &mut Tx) -> Result<Vec<Broken>, ImportFault> {
        let mut broken = Vec::new();
        // The tables were filled just now and only their owner may gather statistics, without
        // which PostgreSQL would read whole tables for every row.
        stage::run(tx, "SET LOCAL enable_seqscan = off").await?;
        for check in tx.actor.module.checks {
            let rows = tx.load(Sql::new(check.sql)).await?;
            for finding in found(check.name, check.says, &rows)? {
                let told = format!(
                    "{}: expected {}, found {} ({})",
                    finding.check, finding.expected, finding.actual, finding.says
                );
                let place = self.specs().iter().position(|spec| spec.noun == finding.entity);
                let line = match place {
                    Some(place) => self.line(tx, place, &finding.id).await?,
                    None => None,
                };
                let (file, reason) = match (place, line) {
                    (Some(place), Some(_)) => (self.file(place), told),
                    _ => (finding.entity.clone(), format!("row {}: {told}", finding.id)),
                };
                let row = BadRow { file, line, reason };
                broken.push(Broken { table: place.unwrap_or(usize::MAX), row });
            }
        }
        stage::run(tx, "SET LOCAL enable_seqscan = on").await?;
        Ok(broken)
    }

    async fn line(&self, tx: &mut Tx, place: usize, id: &str) -> Result<Option<i32>, Fault> {
        let waiting = self.tables[place].waiting();
        let mut sql = Sql::new(&format!("SELECT line FROM {waiting} WHERE id::text = "));
        sql.bind(Bind::Text(Some(id.to_owned()))).rare();
        let rows = tx.load(sql).await?;
        Ok(rows.first().map(|row| decode(row, 0)).transpose()?.flatten())
    }

    async fn finish(&self, tx: &mut Tx) -> Result<Imported, ImportFault> {
        let mut imported = Imported { rows: Vec::new(), left_out: self.bad_rows() };
        let mut entry = AuditEntry::new("import", "Import", String::new());
        for spec in self.specs() {
            settle::passwords(tx, spec).await?;
            if !spec.staged {
                settle::counters(tx, spec).await?;
            }
            let mut sql = Sql::new(&format!("SELECT count(*) FROM new_{}", spec.table));
            sql.rare();
            let rows = tx.load(sql).await?;
            let count: i64 = rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or(0);
            entry.new_values.insert(spec.table.to_owned(), count.into());
            imported.rows.push((spec.table, count));
        }
        entry.new_values.insert("leftOut".to_owned(), imported.left_out.len().into());
        tx.audit.push(entry);
        Ok(imported)
    }
}
