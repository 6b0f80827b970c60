//! Reading: one request, one connection, one snapshot.
//!
//! The first field that needs data takes a connection and sends, in one message that is not
//! waited for, BEGIN with the tenant's role and schema; every statement of the request is
//! pipelined behind it. A session dropped half-way discards its connection.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::{BoxFuture, Shared, join};
use futures_util::{FutureExt, TryStreamExt};
use tokio::sync::OnceCell;

use crate::actor::Actor;
use crate::audit::SensitiveRead;
use crate::db::Fault;
use crate::db::pool::{Database, Loan, begin};
use crate::entity::sql::{Row, Sql};

type Begun = Shared<BoxFuture<'static, Result<(), Arc<Fault>>>>;

struct Lease {
    loan: Arc<Loan>,
    begun: Begun,
}

/// One consistent view of a tenant's data.
pub struct Session {
    database: Arc<Database>,
    pub actor: Arc<Actor>,
    /// The instant of the request; every rule of one request sees the same.
    pub now: DateTime<Utc>,
    pub business_date: NaiveDate,
    lease: OnceCell<Lease>,
    failed: AtomicBool,
    stale_plan: AtomicBool,
    shown: Mutex<Vec<SensitiveRead>>,
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
            lease: OnceCell::new(),
            failed: AtomicBool::new(false),
            stale_plan: AtomicBool::new(false),
            shown: Mutex::default(),
        }
    }

    async fn lease(&self) -> Result<&Lease, Fault> {
        let take = async || {
            let loan = Arc::new(self.database.lend_read(&self.actor.tenant.slug).await?);
            let mode = "ISOLATION LEVEL REPEATABLE READ READ ONLY";
            let text = begin(mode, &self.actor, self.business_date);
            let lent = loan.clone();
            let begun = async move {
                let mut connection: &AsyncPgConnection = lent.connection()?;
                connection.batch_execute(&text).await.map_err(Fault::from)
            };
            let begun = begun.map(|begun: Result<(), Fault>| begun.map_err(Arc::new));
            Ok(Lease { loan, begun: begun.boxed().shared() })
        };
        self.lease.get_or_try_init(take).await
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
        let lease = self.lease().await?;
        let mut connection: &AsyncPgConnection = lease.loan.connection()?;
        self.database.count_statement();
        let rows = async {
            let stream = AsyncConnectionCore::load(&mut connection, sql).await?;
            stream.try_collect::<Vec<Row>>().await
        };
        // BEGIN is polled first, so it is on the wire before the statement.
        let (begun, rows) = join(lease.begun.clone(), rows).await;
        let outcome = match begun {
            Ok(()) => rows.map_err(Fault::from),
            Err(fault) => Err(Fault::Unreachable(fault.to_string())),
        };
        outcome.map_err(|fault| {
            if matches!(fault, Fault::StalePlan) {
                self.stale_plan.store(true, Ordering::Relaxed);
            }
            // One statement's failure ends the transaction of all: theirs is no fault of its own.
            if self.failed.swap(true, Ordering::Relaxed) { Fault::Retry } else { fault }
        })
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
        let Some(lease) = self.lease.take() else { return shown };
        drop(lease.begun);
        // What failed, or is still held, is discarded when its last holder lets go.
        if self.failed.load(Ordering::Relaxed) {
            return shown;
        }
        let Ok(mut loan) = Arc::try_unwrap(lease.loan).map_err(drop) else { return shown };
        tokio::spawn(async move {
            if let Ok(connection) = loan.connection_mut()
                && connection.batch_execute("COMMIT").await.is_ok()
            {
                loan.settle();
            }
        });
        shown
    }
}
