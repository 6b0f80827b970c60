//! Connections for reading, lent to one request at a time.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_postgres::{Config, NoTls};

use crate::aside::aside;
use crate::db::Fault;
use crate::db::places::{Place, Places};
use crate::db::pool::{POOL_WAIT, Shares};
use crate::db::wire::socket::Socket;
use crate::db::wire::{NOBODY, Ticket, Wire};
use crate::entity::row::Row;
use crate::entity::sql::Sql;

/// How long the statements of a request that was given up may take to end by themselves. Most do,
/// and the connection keeps the plans of all tenants, which are dear; others are cancelled.
const GRACE: Duration = Duration::from_millis(100);

/// Connections of the application's login role, lent to one request at a time.
pub struct ReadPool {
    config: Arc<Config>,
    places: Arc<Places<Box<Wire>>>,
    shares: Shares,
}

/// A connection on loan. It goes back where PostgreSQL itself said that no transaction is open
/// and nothing failed; any other is discarded.
pub struct ReadLoan {
    wire: Mutex<Option<Box<Wire>>>,
    home: Option<Home>,
}

/// Where a connection goes back to; only then may the next one come.
struct Home {
    config: Arc<Config>,
    place: Place<Box<Wire>>,
    _share: OwnedSemaphorePermit,
}

impl ReadPool {
    /// A pool for the login role named in the URL; connections are made when first needed.
    pub(super) fn new(url: &str, size: usize) -> Result<Self, Fault> {
        let config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            Fault::internal(format!("the address of the database: {error}"))
        })?;
        Ok(ReadPool {
            config: Arc::new(config),
            places: Places::new(size),
            shares: Shares::of(size),
        })
    }

    /// A connection for this tenant.
    pub(super) async fn lend(&self, tenant: &str, wait: Duration) -> Result<ReadLoan, Fault> {
        let lend = async {
            let (number, share) = self.shares.take(tenant).await?;
            let place = self.places.take(number).await;
            let mut place = place.ok_or_else(|| Fault::internal("the pool is gone"))?;
            let mut kept = place.take();
            let is_alive = kept.as_mut().is_some_and(|wire| wire.is_alive());
            let wire = match kept.filter(|_| is_alive) {
                Some(wire) => wire,
                None => Box::new(aside(Wire::connect(&self.config)).await?),
            };
            let home = Home { config: self.config.clone(), place, _share: share };
            Ok(ReadLoan { wire: Mutex::new(Some(wire)), home: Some(home) })
        };
        timeout(wait, lend).await.unwrap_or(Err(Fault::Busy))
    }

    /// Connections that are lent at the moment.
    pub(super) fn lent(&self) -> usize {
        self.places.taken()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ReadLoan {
    /// Uses the wire, which is there as long as the loan is.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&mut Wire) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut wire = locked(&self.wire);
        work(wire.as_mut().ok_or_else(discarded)?)
    }

    /// The answer to a statement that was asked for.
    pub(super) async fn answer(&self, ticket: Ticket) -> Result<Vec<Row>, Fault> {
        let mut looked = false;
        poll_fn(|context| {
            // What else this request asks for in the same breath leaves together with it.
            if !std::mem::replace(&mut looked, true) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let mut wire = locked(&self.wire);
            match wire.as_mut() {
                Some(wire) => wire.poll_answer(ticket, context),
                None => Poll::Ready(Err(discarded())),
            }
        })
        .await
    }

    /// Sends what is queued and waits until all is answered.
    pub(super) async fn quiet(&self) -> Result<(), Fault> {
        poll_fn(|context| match locked(&self.wire).as_mut() {
            Some(wire) => wire.poll_quiet(context),
            None => Poll::Ready(Err(discarded())),
        })
        .await
    }

    /// Runs a statement outside any transaction and answers its rows.
    ///
    /// # Errors
    /// Any answer of the database but rows.
    pub async fn load(&self, sql: &Sql) -> Result<Vec<Row>, Fault> {
        let rows = self.answer(self.with(|wire| wire.ask(sql))?).await?;
        self.quiet().await?;
        Ok(rows)
    }
}

fn discarded() -> Fault {
    Fault::internal("the connection was discarded")
}

impl Drop for ReadLoan {
    fn drop(&mut self) {
        let wire = self.wire.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some((wire, mut home)) = wire.take().zip(self.home.take()) else { return };
        if let Some(left) = home.take_back(wire)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(home.recover(left));
        }
    }
}

impl Home {
    /// Keeps the connection for the next request; answers it when something is left on it.
    fn take_back(&mut self, mut wire: Box<Wire>) -> Option<Box<Wire>> {
        if !wire.is_reusable() {
            return Some(wire);
        }
        wire.serve(NOBODY);
        self.place.keep(wire);
        None
    }

    /// Waits a moment for what was given up and rolls it back, or cancels and discards it.
    async fn recover(mut self, mut wire: Box<Wire>) {
        if matches!(timeout(GRACE, wire.roll_back()).await, Ok(Ok(()))) {
            // One on which something failed is not kept.
            drop(self.take_back(wire));
            return;
        }
        let Home { config, place, _share: share } = self;
        drop((place, share));
        let cancelled = async {
            let socket = Socket::open(&config).await?;
            Ok::<_, Fault>(wire.cancel_token().cancel_query_raw(socket, NoTls).await?)
        };
        // The query may have ended meanwhile; then there is nothing to cancel.
        let _ = timeout(POOL_WAIT, cancelled).await;
    }
}
