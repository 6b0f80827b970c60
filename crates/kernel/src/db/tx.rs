//! Writing: one mutation, one transaction. It holds the connection, the actor, one frozen
//! now, the business date, and what is to be recorded and announced, and writes audit
//! entries, versions and outbox events itself, so that no rule can forget them.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::TryStreamExt;
use futures_util::future::join;

use crate::actor::{Actor, Origin};
use crate::audit::{AuditEntry, Cipher};
use crate::cipher::personal_data::{self, PersonalDataKey};
use crate::db::Fault;
use crate::db::pool::{Database, Loan, begin};
use crate::entity::global_id::{GlobalId, Id};
use crate::entity::metadata::{Entity, Meta};
use crate::entity::page::scope_predicate;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::events::Event;
use crate::idempotency::KeptAnswer;
use crate::live::Wakes;
use crate::policy::rows_of;
use crate::provider::{Errand, Providers};
use crate::refusal::{Code, Refusal, Rejection, Rule};

/// A write transaction of one tenant. `&mut Tx` in a signature means: atomic with my caller.
pub struct Tx {
    loan: Loan,
    /// The message that opens the transaction, until it travels with the first statement.
    begin: Option<String>,
    pub actor: Arc<Actor>,
    pub origin: Origin,
    /// The instant of the mutation, the same for everything that it writes.
    pub now: DateTime<Utc>,
    pub business_date: NaiveDate,
    /// Who asked for this move, when a second person just approved it (spec 1.7.5).
    pub approved_request_by: Option<String>,
    /// Stored with every audit entry of the mutation.
    pub reason: Option<String>,
    pub(crate) mutation: &'static str,
    pub(crate) input: serde_json::Value,
    pub(crate) audit: Vec<AuditEntry>,
    pub(crate) events: Vec<Event>,
    pub(crate) signals: Vec<Event>,
    wakes: Arc<Wakes>,
    /// What is kept behind the call's idempotency key, written with the records.
    pub(crate) answer: Option<KeptAnswer>,
    pub(crate) cipher: Arc<Cipher>,
    /// The key to the tenant's personal data; none where nothing was ever encrypted.
    pub(crate) personal_data: Option<Arc<PersonalDataKey>>,
    /// Whom the tenant may call.
    pub providers: Arc<Providers>,
    /// Calls to be made once it has committed.
    pub(crate) errands: Vec<Errand>,
    /// The mutation's permission and the scope in which the caller holds it, when it is not all.
    pub(crate) action_scope: Option<(&'static str, &'static str)>,
    /// The last locked day, once it was looked up (spec 1.10).
    pub(crate) locked_through: Option<Option<NaiveDate>>,
    refusals: Vec<Refusal>,
}

impl Tx {
    /// Opens a transaction for the actor's tenant.
    ///
    /// # Errors
    /// [`Fault::Busy`] when no connection becomes free in time.
    pub async fn begin(
        database: &Database,
        actor: Arc<Actor>,
        origin: Origin,
        now: DateTime<Utc>,
        cipher: Arc<Cipher>,
        providers: Arc<Providers>,
    ) -> Result<Tx, Fault> {
        let business_date =
            actor.fixed_business_date.unwrap_or_else(|| actor.tenant.local_date(now));
        let loan = database.lend_write(&actor.tenant.slug).await?;
        let begin = begin("ISOLATION LEVEL READ COMMITTED", &actor, business_date);
        let tenant = actor.tenant.clone();
        let mut tx = Tx {
            loan,
            begin: Some(begin),
            actor,
            origin,
            now,
            business_date,
            approved_request_by: None,
            reason: None,
            mutation: "",
            input: serde_json::Value::Null,
            audit: Vec::new(),
            events: Vec::new(),
            signals: Vec::new(),
            wakes: database.wakes.clone(),
            answer: None,
            cipher,
            personal_data: None,
            providers,
            errands: Vec::new(),
            action_scope: None,
            locked_through: None,
            refusals: Vec::new(),
        };
        if tenant.personal_data.is_due() {
            let rows = tx.load(Sql::new(personal_data::KEY)).await?;
            tenant.personal_data.learn(&tx.cipher, &rows)?;
        }
        tx.personal_data = tenant.personal_data.get();
        Ok(tx)
    }

    /// The connection, for diesel's typed reads. Writes go through [`Tx::insert`],
    /// [`Tx::update`] and [`Tx::advance`], which record them.
    ///
    /// # Errors
    /// When the transaction cannot be opened.
    pub async fn connection(&mut self) -> Result<&mut AsyncPgConnection, Fault> {
        if let Some(begin) = self.begin.take() {
            self.loan.connection_mut()?.batch_execute(&begin).await?;
        }
        self.loan.connection_mut().map(|connection| &mut **connection)
    }

    /// Runs a statement and answers its rows.
    pub async fn load(&mut self, sql: Sql) -> Result<Vec<Row>, Fault> {
        let mut connection: &AsyncPgConnection = self.loan.connection()?;
        let begun = begin_with(connection, self.begin.take());
        let rows = async {
            let stream = AsyncConnectionCore::load(&mut connection, sql).await?;
            stream.map_ok(Row::written).try_collect().await
        };
        let (begun, rows) = join(begun, rows).await;
        begun?;
        let mut rows: Vec<Row> = rows?;
        personal_data::give_key(&mut rows, self.personal_data.as_ref());
        Ok(rows)
    }

    /// Runs a statement for its effect and answers how many rows it touched.
    pub async fn execute(&mut self, sql: Sql) -> Result<usize, Fault> {
        let mut connection: &AsyncPgConnection = self.loan.connection()?;
        let begun = begin_with(connection, self.begin.take());
        let touched = AsyncConnectionCore::execute_returning_count(&mut connection, sql);
        let (begun, touched) = join(begun, touched).await;
        begun?;
        Ok(touched?)
    }

    // ---- refusing -----------------------------------------------------------------------

    /// Notes a sentence of the rule that is not met; all that apply are told together.
    pub fn refuse(&mut self, refusal: impl Into<Refusal>) {
        self.refusals.push(refusal.into());
    }

    /// Notes a refusal unless the condition holds.
    pub fn require(&mut self, holds: bool, refusal: impl FnOnce() -> Refusal) {
        if !holds {
            self.refusals.push(refusal());
        }
    }

    /// The end of the refusing part: from here on the rule writes.
    ///
    /// # Errors
    /// Everything that was refused so far.
    pub fn settle(&mut self) -> Rule<()> {
        if self.refusals.is_empty() {
            return Ok(());
        }
        Err(Rejection::Refused(std::mem::take(&mut self.refusals)))
    }

    // ---- loading ------------------------------------------------------------------------

    /// The key behind a global id of this tenant and type.
    ///
    /// # Errors
    /// `BAD_FORMAT` for what is no id of this type; another tenant's is the key of no row.
    pub fn key<E: Entity>(&self, id: &Id<E>, field: &str) -> Rule<Bind> {
        let Some(global) = GlobalId::decode(id.as_str()) else {
            return Err(not_an_id(E::META.type_name, field).into());
        };
        if global.type_name != E::META.type_name {
            let message = format!(
                "This is the id of a {}; a {} is asked for.",
                global.type_name,
                E::META.type_name
            );
            return Err(Refusal::new(Code::BadFormat, field, message).into());
        }
        global
            .key_in(E::META, self.actor.tenant.id)
            .ok_or_else(|| not_an_id(E::META.type_name, field).into())
    }

    /// Reads one row without locking it.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none, or none that the caller may see.
    pub async fn read<E: Entity>(&mut self, id: &Id<E>, field: &str) -> Rule<E> {
        let key = self.key(id, field)?;
        self.fetch_visible(key, field, "").await
    }

    /// Reads one row and locks it until the transaction ends.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none, or none that the caller may see.
    pub async fn lock<E: Entity>(&mut self, id: &Id<E>, field: &str) -> Rule<E> {
        let key = self.key(id, field)?;
        let row = self.fetch_visible::<E>(key, field, " FOR NO KEY UPDATE OF t").await?;
        self.check_action_scope(&row, field).await?;
        Ok(row)
    }

    /// Refuses when the caller may make this mutation's move only to some rows, and not this.
    async fn check_action_scope<E: Entity>(&mut self, row: &E, field: &str) -> Rule<()> {
        let Some((permission, scope)) = self.action_scope else { return Ok(()) };
        let entity = permission.strip_prefix(E::META.permission);
        if !entity.is_some_and(|action| action.starts_with('.')) {
            return Ok(());
        }
        let mut condition = Sql::new("t.");
        condition.push(E::META.key().name).push(" = ").bind(row.key()).push(" AND (");
        condition.append(scope_predicate(E::META, scope, &self.actor, "t")).push(")");
        if !self.select::<E>(condition).await?.is_empty() {
            return Ok(());
        }
        let message = format!("Your role may do this only to {}.", rows_of(scope));
        Err(Refusal::new(Code::Forbidden, field, message).into())
    }

    /// Like [`Tx::lock`], and refuses when the row is not the version that the caller read.
    ///
    /// # Errors
    /// `STALE_VERSION` with the current version and who changed it last.
    pub async fn lock_version<E: Entity>(
        &mut self,
        id: &Id<E>,
        field: &str,
        expected: Option<i32>,
    ) -> Rule<E> {
        let row = self.lock(id, field).await?;
        if let Some(expected) = expected {
            self.expect_version(&row, expected).await?;
        }
        Ok(row)
    }

    async fn fetch_visible<E: Entity>(&mut self, key: Bind, field: &str, lock: &str) -> Rule<E> {
        let mut condition = Sql::new("t.");
        condition.push(E::META.key().name).push(" = ").bind(key);
        if let Some(scope) = self.visible_scope(E::META) {
            condition.push(" AND (").append(scope).push(")");
        }
        if E::META.soft_delete {
            condition.push(" AND t.deleted_at IS NULL");
        }
        condition.push(lock);
        let row = self.select::<E>(condition).await?.pop();
        row.ok_or_else(|| not_found::<E>(field).into())
    }

    /// Rows that meet a condition over the alias `t`, every column decoded. The condition may
    /// end in ORDER BY and FOR UPDATE.
    pub async fn select<E: Entity>(&mut self, condition: Sql) -> Rule<Vec<E>> {
        let mut sql = crate::entity::page::select_all(E::META);
        sql.push(" WHERE ").append(condition);
        let rows = self.load(sql).await?;
        Ok(rows.iter().map(E::decode).collect::<Result<Vec<E>, Fault>>()?)
    }

    /// One row by its key, which a rule got from another row of this tenant.
    ///
    /// # Errors
    /// A fault when it does not exist: foreign keys promise that it does.
    pub async fn get<E: Entity>(&mut self, key: impl Into<Bind>) -> Rule<E> {
        self.by_key(key.into(), "").await
    }

    /// Like [`Tx::get`], locked until the transaction ends.
    pub async fn get_locked<E: Entity>(&mut self, key: impl Into<Bind>) -> Rule<E> {
        self.by_key(key.into(), " FOR NO KEY UPDATE OF t").await
    }

    async fn by_key<E: Entity>(&mut self, key: Bind, lock: &str) -> Rule<E> {
        let text = key.to_key();
        let mut condition = Sql::new("t.");
        condition.push(E::META.key().name).push(" = ").bind(key).push(lock);
        let row = self.select::<E>(condition).await?.pop();
        row.ok_or_else(|| {
            Fault::internal(format!("{} {text} is referenced but missing", E::META.table)).into()
        })
    }

    /// Locks several rows in ascending order of their keys (spec 1.6.2).
    pub async fn get_all_locked<E: Entity>(&mut self, keys: impl Into<Bind>) -> Rule<Vec<E>> {
        let mut condition = Sql::new("t.id = ANY(");
        condition.bind(keys.into()).push(") ORDER BY t.id FOR NO KEY UPDATE OF t");
        self.select(condition).await
    }

    // ---- ending -------------------------------------------------------------------------

    /// Writes what was recorded and announced, and commits.
    ///
    /// # Errors
    /// Any fault; then nothing was written.
    pub async fn commit(mut self) -> Result<(), Fault> {
        let announces = !self.events.is_empty() || !self.signals.is_empty();
        self.write_records().await?;
        let committed = self.connection().await?.batch_execute("COMMIT").await;
        if committed.is_ok() {
            self.loan.settle();
            if announces {
                self.wakes.committed(self.actor.tenant.id);
            }
        }
        committed.map_err(Fault::from)
    }

    /// Undoes everything and gives the connection back.
    pub async fn rollback(mut self) {
        let rolled_back = match (&self.begin, self.loan.connection_mut()) {
            (Some(_), Ok(_)) => true,
            (None, Ok(connection)) => connection.batch_execute("ROLLBACK").await.is_ok(),
            (_, Err(_)) => false,
        };
        if rolled_back {
            self.loan.settle();
        }
    }
}

/// Opens the transaction in the same message as its first statement: polled before it, the
/// text is on the wire first.
async fn begin_with(
    mut connection: &AsyncPgConnection,
    begin: Option<String>,
) -> Result<(), Fault> {
    match begin {
        Some(begin) => Ok(connection.batch_execute(&begin).await?),
        None => Ok(()),
    }
}

/// The answer to another tenant's id and to a missing row alike (spec 1.2.5).
pub fn not_found<E: Entity>(field: &str) -> Refusal {
    missing(E::META, field)
}

/// The same by the metadata of the entity.
pub(crate) fn missing(meta: &Meta, field: &str) -> Refusal {
    let noun = crate::scalars::words_of(meta.singular);
    Refusal::new(Code::NotFound, field, format!("There is no such {noun}."))
}

fn not_an_id(type_name: &str, field: &str) -> Refusal {
    Refusal::new(Code::BadFormat, field, format!("This is not the id of a {type_name}."))
}
