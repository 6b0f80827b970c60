//! Connections for reading, lent to one request at a time.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_postgres::{Config, NoTls};

use crate::db::Fault;
use crate::db::pool::{POOL_WAIT, Shares};
use crate::db::wire::socket::Socket;
use crate::db::wire::{NOBODY, Ticket, Wire};
use crate::entity::row::Row;
use crate::entity::sql::Sql;

/// Connections of the application's login role that wait for the next request.
pub struct ReadPool {
    config: Arc<Config>,
    size: usize,
    places: Arc<Semaphore>,
    shares: Shares,
    idle: Arc<Mutex<Vec<Wire>>>,
}

/// A connection on loan. It goes back where PostgreSQL itself said that no transaction is open
/// and nothing failed; any other is discarded.
pub struct ReadLoan {
    wire: Mutex<Option<Wire>>,
    config: Arc<Config>,
    idle: Arc<Mutex<Vec<Wire>>>,
    _place: OwnedSemaphorePermit,
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
            size,
            places: Arc::new(Semaphore::new(size)),
            shares: Shares::of(size),
            idle: Arc::default(),
        })
    }

    /// A connection for this tenant.
    pub(super) async fn lend(&self, tenant: &str) -> Result<ReadLoan, Fault> {
        let lend = async {
            let share = self.shares.take(tenant).await?;
            let places = self.places.clone().acquire_owned();
            let place = places.await.map_err(|error| Fault::internal(error.to_string()))?;
            let wire = match self.waiting() {
                Some(wire) => wire,
                None => Wire::connect(&self.config).await?,
            };
            Ok(ReadLoan {
                wire: Mutex::new(Some(wire)),
                config: self.config.clone(),
                idle: self.idle.clone(),
                _place: place,
                _share: share,
            })
        };
        timeout(POOL_WAIT, lend).await.unwrap_or(Err(Fault::Busy))
    }

    /// The connection that was used last, if it is still there.
    fn waiting(&self) -> Option<Wire> {
        let mut idle = locked(&self.idle);
        loop {
            let mut wire = idle.pop()?;
            if wire.is_alive() {
                return Some(wire);
            }
        }
    }

    /// Connections that are lent at the moment.
    pub(super) fn lent(&self) -> usize {
        self.size.saturating_sub(self.places.available_permits())
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
        let Some(mut wire) = wire.take() else { return };
        if wire.is_reusable() {
            wire.serve(NOBODY);
            return locked(&self.idle).push(wire);
        }
        let (cancel, config) = (wire.cancel_token(), self.config.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let cancelled = async {
                    let socket = Socket::open(&config).await?;
                    Ok::<_, Fault>(cancel.cancel_query_raw(socket, NoTls).await?)
                };
                // The query may have ended meanwhile; then there is nothing to cancel.
                let _ = timeout(POOL_WAIT, cancelled).await;
                drop(wire);
            });
        }
    }
}
