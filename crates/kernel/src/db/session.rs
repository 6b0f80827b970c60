//! Reading: one request, one connection, one snapshot.
//!
//! The first field that needs data takes a connection and queues BEGIN with the tenant's role and
//! schema; every statement of the request is queued behind it, and COMMIT behind the last one as
//! soon as it is known to be the last. What is queued leaves in one write. A session dropped
//! half-way discards its connection.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::FutureExt;
use tokio::sync::OnceCell;

use crate::actor::Actor;
use crate::aside::aside;
use crate::audit::{Cipher, SensitiveRead};
use crate::cipher::personal_data;
use crate::db::Fault;
use crate::db::pool::Database;
use crate::db::read_pool::ReadLoan;
use crate::db::wire::Wire;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};
use crate::tenant::Tenant;

/// One consistent view of a tenant's data.
pub struct Session {
    database: Arc<Database>,
    pub actor: Arc<Actor>,
    /// The instant of the request; every rule of one request sees the same.
    pub now: DateTime<Utc>,
    pub business_date: NaiveDate,
    loan: OnceCell<ReadLoan>,
    /// Statements that may still come, where that is known.
    expected: AtomicUsize,
    committed: AtomicBool,
    failed: AtomicBool,
    stale_plan: AtomicBool,
    shown: Mutex<Vec<SensitiveRead>>,
    cipher: Option<Arc<Cipher>>,
}

impl Session {
    /// A session that takes no connection until it is asked for data.
    pub fn new(database: Arc<Database>, actor: Arc<Actor>, now: DateTime<Utc>) -> Self {
        let business_date =
            actor.fixed_business_date.unwrap_or_else(|| actor.tenant.local_date(now));
        Session {
            database,
            actor,
            now,
            business_date,
            loan: OnceCell::new(),
            expected: AtomicUsize::new(UNKNOWN),
            committed: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            stale_plan: AtomicBool::new(false),
            shown: Mutex::default(),
            cipher: None,
        }
    }

    /// The same session with the key to sealed values.
    #[must_use]
    pub fn with_cipher(mut self, cipher: Arc<Cipher>) -> Self {
        self.cipher = Some(cipher);
        self
    }

    /// The key to sealed values and signatures, where the session has it.
    pub(crate) fn cipher(&self) -> Option<&Cipher> {
        self.cipher.as_deref()
    }

    /// A sealed value as it was; `None` without the right key.
    pub(crate) fn open(&self, sealed: &serde_json::Value) -> Option<serde_json::Value> {
        self.cipher()?.open(sealed)
    }

    /// Promises that no more than so many statements will come, before the first of them. Behind
    /// the last one, COMMIT leaves in the same write, and the snapshot is over.
    pub fn expect(&self, statements: usize) {
        self.expected.store(statements, Ordering::Relaxed);
    }

    /// Takes back some of the promised statements: there is nothing to ask for.
    pub(crate) fn expect_fewer(&self, statements: usize) {
        let left = self.expected.load(Ordering::Relaxed);
        if left == UNKNOWN || statements == 0 {
            return;
        }
        let left = left.saturating_sub(statements);
        self.expected.store(left, Ordering::Relaxed);
        if let Some(loan) = self.loan.get().filter(|_| left == 0) {
            self.commit(loan);
        }
    }

    /// Queues COMMIT, once.
    fn commit(&self, loan: &ReadLoan) {
        if !self.committed.swap(true, Ordering::Relaxed)
            && let Err(fault) = loan.with(|wire| wire.tell("COMMIT", &[]))
        {
            tracing::error!(%fault, "a read could not be ended");
        }
    }

    async fn loan(&self) -> Result<&ReadLoan, Fault> {
        let take = async || {
            let loan = self.database.lend_read(&self.actor.tenant.slug).await?;
            loan.with(|wire| begin_read(wire, &self.actor, self.business_date))?;
            let known = &self.actor.tenant.personal_data;
            if let Some(cipher) = self.database.cipher.as_ref().filter(|_| known.is_due()) {
                let ticket = loan.with(|wire| wire.ask(&Sql::new(personal_data::KEY)))?;
                known.learn(cipher, &loan.answer(ticket).await?)?;
            }
            Ok(loan)
        };
        self.loan.get_or_try_init(|| aside(take())).await
    }

    /// Runs a statement and answers its rows. Statements asked for together travel together.
    pub async fn load(&self, mut sql: Sql) -> Result<Vec<Row>, Fault> {
        // The database would refuse it, and with it the rest of the request.
        if sql.has_nul() {
            return Err(Fault::BadText);
        }
        if sql.is_rare() && self.database.shapes.come_often(&sql) {
            sql.keep();
        }
        if self.committed.load(Ordering::Relaxed) {
            return Err(Fault::internal("a statement behind the last one"));
        }
        let loan = self.loan().await?;
        self.database.count_statement();
        let ticket = loan.with(|wire| wire.ask(&sql))?;
        self.expect_fewer(1);
        let rows = loan.answer(ticket).await.map_err(|fault| {
            if matches!(fault, Fault::StalePlan) {
                self.stale_plan.store(true, Ordering::Relaxed);
            }
            self.failed.store(true, Ordering::Relaxed);
            fault
        });
        let mut rows = rows?;
        personal_data::give_key(&mut rows, self.actor.tenant.personal_data.get().as_ref());
        Ok(rows)
    }

    /// Runs a statement that may take as long as a report (spec 1.16). The limit stays for the
    /// rest of the snapshot: another report may be waiting for its turn.
    pub(crate) async fn load_report(&self, sql: Sql) -> Result<Vec<Row>, Fault> {
        let loan = self.loan().await?;
        loan.with(|wire| wire.tell("SET LOCAL statement_timeout = '30s'", &[]))?;
        self.load(sql).await
    }

    /// Whether a migration made a cached plan useless, so that the read is worth another try.
    pub fn met_stale_plan(&self) -> bool {
        self.stale_plan.load(Ordering::Relaxed)
    }

    /// Notes that the caller was shown sensitive fields of these rows.
    pub(crate) fn note_shown(&self, shown: SensitiveRead) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).push(shown);
    }

    /// Ends the snapshot and gives the connection back, for which nobody waits; answers what
    /// sensitive fields were shown.
    pub fn finish(mut self) -> Vec<SensitiveRead> {
        let shown = self.shown.get_mut().unwrap_or_else(PoisonError::into_inner);
        let shown = std::mem::take(shown);
        let Some(loan) = self.loan.take() else { return shown };
        if !self.failed.load(Ordering::Relaxed) {
            self.commit(&loan);
            // Mostly the answer came together with the last rows.
            if loan.quiet().now_or_never().is_none() {
                tokio::spawn(async move { loan.quiet().await });
            }
        }
        shown
    }
}

/// Nobody promised how many statements will come.
const UNKNOWN: usize = usize::MAX;

/// Role, schema and day for the rest of the transaction. One statement with values is the same for
/// all tenants and days, and costs PostgreSQL a tenth less of a small read than three SETs.
const AS_TENANT: &str = "SELECT set_config('role', $1, true), set_config('search_path', $2, true), \
                         set_config('bizgraph.business_date', $3, true)";

/// Queues what opens a transaction for a tenant. Names come from the registry, which admits only
/// plain ones.
fn begin_read(wire: &mut Wire, actor: &Actor, business_date: NaiveDate) -> Result<(), Fault> {
    let Tenant { role, schema, .. } = &*actor.tenant;
    let values = [role.clone(), format!("\"{schema}\""), business_date.to_string()];
    wire.tell("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &[])?;
    wire.tell(AS_TENANT, &values.map(|value| Bind::Text(Some(value))))?;
    wire.serve(actor.tenant.id);
    Ok(())
}
