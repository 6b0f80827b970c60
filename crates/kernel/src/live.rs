//! Live events: what mutations announce reaches those who listen, on every server, in an order
//! that nobody comes before any more, and only once (design 3.5).
//!
//! `order` reads a tenant's outbox, `hub` tells all listeners of this server, `wake` says when to
//! look, `cursor` names a place to come back to, `watch` ends what a session opened.

mod cursor;
mod event;
mod hub;
mod order;
mod wake;
mod watch;

pub use cursor::{decode as decode_cursor, encode as encode_cursor};
pub use event::LiveEvent;
pub use hub::Listener;
pub use order::prune;
pub(crate) use order::{between, pruned_through};
pub use wake::Wakes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::actor::Actor;
use crate::db::Fault;
use crate::kernel::Kernel;
use hub::Hub;

/// How often a stream looks although nobody woke it.
const POLL: Duration = Duration::from_secs(1);

/// How soon a hole in the outbox is looked at again.
const HOLE_PAUSE: Duration = Duration::from_millis(5);

/// How long a stream rests after the database failed it.
const FAULT_PAUSE: Duration = Duration::from_millis(250);

/// The streams of this server.
#[derive(Default)]
pub struct Live {
    hubs: tokio::sync::Mutex<HashMap<i32, Weak<Hub>>>,
    good: Mutex<HashMap<i32, Arc<watch::Good>>>,
}

impl Live {
    fn good(&self, tenant: i32) -> Arc<watch::Good> {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.entry(tenant).or_default().clone()
    }
}

impl Kernel {
    /// Tells other servers of this one's commits, and listens to theirs.
    pub fn start_live(self: &Arc<Self>) {
        tokio::spawn(wake::keep(Arc::downgrade(&self.database)));
    }

    /// Listens to the events of an actor's tenant from now on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn listen(self: &Arc<Self>, actor: &Arc<Actor>) -> Result<Listener, Fault> {
        let tenant = actor.tenant.id;
        let mut hubs = self.live.hubs.lock().await;
        if let Some(hub) = hubs.get(&tenant).and_then(Weak::upgrade) {
            return Ok(hub.join());
        }
        let system = self.system_actor(actor.tenant.clone());
        let system = system.ok_or_else(|| Fault::internal("a tenant without a module"))?;
        let hub = Hub::start(self, system).await?;
        hubs.insert(tenant, Arc::downgrade(&hub));
        Ok(hub.join())
    }
}
