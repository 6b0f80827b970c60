//! Who has to look for new events: streams of this server at once, those of other servers by an
//! empty NOTIFY on the tenant's channel. It is sent outside any transaction that writes, and
//! many commits share one.

use std::collections::{BTreeSet, HashMap};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Client, NoTls};

use crate::db::Database;

/// Commits within this time share one NOTIFY.
const SHARED: Duration = Duration::from_millis(5);

/// Before a lost connection is made again.
const AGAIN: Duration = Duration::from_secs(1);

/// How long the connection may be quiet before it is looked at.
const QUIET: Duration = Duration::from_secs(5);

/// Wake-ups of the streams of this server, by tenant, and what other servers are to be told.
#[derive(Default)]
pub struct Wakes {
    listened: Mutex<HashMap<i32, Arc<Notify>>>,
    committed: Mutex<BTreeSet<i32>>,
    work: Notify,
}

impl Wakes {
    /// Something was announced in this tenant, and committed.
    pub(crate) fn committed(&self, tenant: i32) {
        self.wake(tenant);
        let mut committed = self.committed.lock().unwrap_or_else(PoisonError::into_inner);
        if committed.insert(tenant) {
            self.work.notify_one();
        }
    }

    /// The wake-up of a tenant's stream.
    pub(super) fn listen(&self, tenant: i32) -> Arc<Notify> {
        let wake = self.listened().entry(tenant).or_default().clone();
        self.work.notify_one();
        wake
    }

    fn wake(&self, tenant: i32) {
        if let Some(wake) = self.listened().get(&tenant) {
            wake.notify_one();
        }
    }

    fn listened(&self) -> MutexGuard<'_, HashMap<i32, Arc<Notify>>> {
        self.listened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_committed(&self) -> BTreeSet<i32> {
        std::mem::take(&mut *self.committed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

const CHANNEL: &str = "bizgraph_live_";

/// Keeps a connection on which servers wake each other, until the database is dropped.
pub(super) async fn keep(database: Weak<Database>) {
    while let Some(url) = database.upgrade().map(|database| database.url().to_owned()) {
        if let Err(error) = exchange(&url, &database).await {
            tracing::debug!(%error, "the wake-up connection broke");
        }
        sleep(AGAIN).await;
    }
}

async fn exchange(url: &str, database: &Weak<Database>) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = tokio_postgres::connect(url, NoTls).await?;
    let woken = database.clone();
    let receiving = tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            let tenant = match message {
                Ok(AsyncMessage::Notification(note)) => {
                    note.channel().strip_prefix(CHANNEL).and_then(|id| id.parse().ok())
                }
                Ok(_) => None,
                Err(_) => return,
            };
            if let (Some(tenant), Some(database)) = (tenant, woken.upgrade()) {
                database.wakes.wake(tenant);
            }
        }
    });
    let outcome = send(&client, database).await;
    receiving.abort();
    outcome
}

async fn send(client: &Client, database: &Weak<Database>) -> Result<(), tokio_postgres::Error> {
    let mut listening = BTreeSet::new();
    while let Some(database) = database.upgrade() {
        let listened: BTreeSet<i32> = database.wakes.listened().keys().copied().collect();
        let new = listened.difference(&listening).map(|id| format!("LISTEN {CHANNEL}{id};"));
        let notes = database.wakes.take_committed();
        let notes = notes.iter().map(|id| format!("NOTIFY {CHANNEL}{id};"));
        let text: String = new.chain(notes).collect();
        // An empty message proves that the connection lives.
        client.batch_execute(&text).await?;
        listening = listened;
        sleep(SHARED).await;
        let _ = timeout(QUIET, database.wakes.work.notified()).await;
    }
    Ok(())
}
