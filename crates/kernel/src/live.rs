//! Live events: what mutations announce reaches those who listen, on every server, in an order
//! that nobody comes before any more, and only once (design 3.5).
//!
//! `order` reads a tenant's outbox, `hub` tells all listeners of this server, `wake` says when to
//! look, `cursor` names a place to come back to, `watch` ends what a session opened, `presence`
//! writes down who is connected.

mod cursor;
mod event;
mod hub;
mod order;
mod presence;
mod wake;
mod watch;

pub use cursor::{decode as decode_cursor, encode as encode_cursor};
pub use event::LiveEvent;
pub use hub::Listener;
pub use order::prune;
pub(crate) use order::{between, kept};
pub use wake::Wakes;
pub(crate) use watch::Holder;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::time::timeout;

use crate::actor::{Actor, Origin};
use crate::db::Fault;
use crate::kernel::Kernel;
use hub::Hub;

/// How often a stream looks although nobody woke it.
const POLL: Duration = Duration::from_secs(1);

/// How soon a hole in the outbox is looked at again.
const HOLE_PAUSE: Duration = Duration::from_millis(5);

/// How long a stream that begins waits for those who write; longer than a statement may take.
const BEGINNING: Duration = Duration::from_secs(6);

/// How long a stream rests after the database failed it.
const FAULT_PAUSE: Duration = Duration::from_millis(250);

/// The streams of this server.
#[derive(Default)]
pub struct Live {
    /// Locked apart, so that a stream that begins slowly holds up no other tenant's.
    hubs: Mutex<HashMap<i32, Arc<tokio::sync::Mutex<Weak<Hub>>>>>,
    watched: Mutex<HashMap<i32, Arc<watch::Watched>>>,
    present: Arc<presence::Present>,
}

impl Live {
    fn hub(&self, tenant: i32) -> Arc<tokio::sync::Mutex<Weak<Hub>>> {
        let mut hubs = self.hubs.lock().unwrap_or_else(PoisonError::into_inner);
        hubs.entry(tenant).or_default().clone()
    }

    fn watched(&self, tenant: i32) -> Arc<watch::Watched> {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.entry(tenant).or_default().clone()
    }

    /// Watches the credential of somebody who listens, as long as the answer is held.
    pub(crate) fn hold(&self, actor: &Actor, origin: &Origin) -> Holder {
        Holder::of(self.watched(actor.tenant.id), actor, origin)
    }
}

impl Kernel {
    /// Tells other servers of this one's commits, listens to theirs, and writes down who is
    /// connected.
    pub fn start_live(self: &Arc<Self>) {
        tokio::spawn(wake::keep(Arc::downgrade(&self.database)));
        tokio::spawn(presence::keep(Arc::downgrade(self)));
    }

    /// Listens to the events of an actor's tenant from now on.
    ///
    /// # Errors
    /// When the database cannot be read, or somebody has been writing for too long; the caller may
    /// try again.
    pub async fn listen(self: &Arc<Self>, actor: &Arc<Actor>) -> Result<Listener, Fault> {
        timeout(BEGINNING, self.join(actor)).await.map_err(|_| Fault::LockTimeout)?
    }

    async fn join(self: &Arc<Self>, actor: &Arc<Actor>) -> Result<Listener, Fault> {
        let hub = self.live.hub(actor.tenant.id);
        let mut hub = hub.lock().await;
        if let Some(hub) = hub.upgrade() {
            return Ok(hub.join());
        }
        let system = self.system_actor(actor.tenant.clone());
        let system = system.ok_or_else(|| Fault::internal("a tenant without a module"))?;
        let started = Hub::start(self, system).await?;
        *hub = Arc::downgrade(&started);
        Ok(started.join())
    }
}
