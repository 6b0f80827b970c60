//! Connection pools: reads and writes apart, and a share of each per tenant, so that people
//! waiting for one row do not stop another tenant (spec 1.16).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::actor::Actor;
use crate::cipher::Cipher;
use crate::db::Fault;
use crate::db::read_pool::{ReadLoan, ReadPool};
use crate::db::shapes::Shapes;
use crate::live::Wakes;

/// How long a request waits for a connection.
pub(super) const POOL_WAIT: Duration = Duration::from_secs(2);

/// Connections of each pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolSizes {
    pub reads: usize,
    pub writes: usize,
}

/// How many connections of a pool a tenant may hold at one time: half of it.
pub(super) struct Shares {
    share: usize,
    /// Each tenant's own, numbered as they came.
    tenants: Mutex<HashMap<String, (usize, Arc<Semaphore>)>>,
}

impl Shares {
    /// The shares of a pool of this size.
    pub(super) fn of(size: usize) -> Self {
        Shares { share: size.div_ceil(2), tenants: Mutex::default() }
    }

    /// Waits for a place in the tenant's share; the tenant's number comes with it.
    pub(super) async fn take(&self, tenant: &str) -> Result<(usize, OwnedSemaphorePermit), Fault> {
        let (number, share) = {
            let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            match tenants.get(tenant) {
                Some(known) => known.clone(),
                None => {
                    let new = (tenants.len(), Arc::new(Semaphore::new(self.share)));
                    tenants.entry(tenant.to_owned()).or_insert(new).clone()
                }
            }
        };
        let share = share.acquire_owned().await;
        Ok((number, share.map_err(|error| Fault::internal(error.to_string()))?))
    }
}

/// The connections for writing with the tenants' shares of them.
struct WritePool {
    pool: Pool<AsyncPgConnection>,
    shares: Shares,
}

/// A connection for writing on loan, with its place in the tenant's share. A transaction begun as text is
/// invisible to the pool, so only a loan that was settled goes back; any other is discarded.
pub struct Loan {
    connection: Option<Object<AsyncPgConnection>>,
    settled: bool,
    _place: OwnedSemaphorePermit,
}

impl Drop for Loan {
    fn drop(&mut self) {
        if !self.settled {
            self.discard();
        }
    }
}

impl Loan {
    /// The connection itself.
    pub fn connection(&self) -> Result<&Object<AsyncPgConnection>, Fault> {
        self.connection.as_ref().ok_or_else(|| Fault::internal("the connection was discarded"))
    }

    /// The connection itself, for exclusive use.
    pub fn connection_mut(&mut self) -> Result<&mut Object<AsyncPgConnection>, Fault> {
        self.connection.as_mut().ok_or_else(|| Fault::internal("the connection was discarded"))
    }

    /// No transaction is open any more: the connection may be lent again.
    pub fn settle(&mut self) {
        self.settled = true;
    }

    /// Cancels what still runs and closes the connection instead of lending it again.
    fn discard(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let connection = Object::take(connection);
        let cancel = connection.cancel_token();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // The query may have ended meanwhile; then there is nothing to cancel.
                let _ = timeout(POOL_WAIT, cancel.cancel_query(tokio_postgres::NoTls)).await;
                drop(connection);
            });
        }
    }
}

impl WritePool {
    fn new(url: &str, size: usize) -> Result<Self, Fault> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager =
            AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .build()
            .map_err(|error| Fault::internal(error.to_string()))?;
        Ok(WritePool { pool, shares: Shares::of(size) })
    }

    async fn lend(&self, tenant: &str, wait: Duration) -> Result<Loan, Fault> {
        let lend = async {
            let (_, place) = self.shares.take(tenant).await?;
            let connection = self.pool.get().await.map_err(|error| match error {
                PoolError::Timeout(_) => Fault::Busy,
                other => Fault::Unreachable(other.to_string()),
            })?;
            Ok(Loan { connection: Some(connection), settled: false, _place: place })
        };
        timeout(wait, lend).await.unwrap_or(Err(Fault::Busy))
    }
}

/// The pools of the application's login role.
pub struct Database {
    reads: ReadPool,
    writes: WritePool,
    wait: Duration,
    statements: AtomicU64,
    url: String,
    /// Who is told of commits.
    pub wakes: Arc<Wakes>,
    /// Freely composed statements that come often.
    pub(super) shapes: Shapes,
    /// What opens the envelopes in which tenants keep keys of their own.
    pub(crate) cipher: Option<Arc<Cipher>>,
}

impl Database {
    /// Pools for the login role named in the URL; connections are made when first needed.
    pub fn new(url: &str, sizes: PoolSizes) -> Result<Self, Fault> {
        Ok(Database {
            reads: ReadPool::new(url, sizes.reads)?,
            writes: WritePool::new(url, sizes.writes)?,
            wait: POOL_WAIT,
            statements: AtomicU64::new(0),
            url: url.to_owned(),
            wakes: Arc::default(),
            shapes: Shapes::default(),
            cipher: None,
        })
    }

    /// The same with another patience than the two seconds of spec 1.16, where other things than
    /// requests take the machine.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Where connections are made to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A connection for reading.
    pub async fn lend_read(&self, tenant: &str) -> Result<ReadLoan, Fault> {
        self.reads.lend(tenant, self.wait).await
    }

    /// A connection for writing.
    pub async fn lend_write(&self, tenant: &str) -> Result<Loan, Fault> {
        self.writes.lend(tenant, self.wait).await
    }

    /// Statements sent since the start; BEGIN and COMMIT are not counted.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    pub(crate) fn count_statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// Connections that are lent at the moment, reads and writes.
    pub fn lent(&self) -> (usize, usize) {
        let writes = self.writes.pool.status();
        (self.reads.lent(), writes.size.saturating_sub(writes.available))
    }
}

/// The one message that opens a transaction for a tenant. Role, schema and settings last for
/// this transaction only; time limits are the login role's own, so that they cost nothing
/// here. Names come from the registry, which admits only plain ones.
pub fn begin(mode: &str, actor: &Actor, business_date: chrono::NaiveDate) -> String {
    let tenant = &actor.tenant;
    format!(
        "BEGIN {mode}; SET LOCAL ROLE \"{}\"; SET LOCAL search_path TO \"{}\"; \
         SET LOCAL bizgraph.business_date = '{business_date}'",
        tenant.role, tenant.schema
    )
}
