//! One tenant's stream of events on this server: read once, told to all who listen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{Notify, broadcast};
use tokio::time::{sleep, timeout};

use crate::actor::Actor;
use crate::db::Fault;
use crate::kernel::Kernel;
use crate::live::event::LiveEvent;
use crate::live::order::{Reader, last_signal, signals};
use crate::live::{FAULT_PAUSE, HOLE_PAUSE, POLL};

/// Events kept for those who are slow. They share them, so that slowness costs no memory; who
/// falls further behind is told so.
const KEPT: usize = 4_096;

/// The stream of one tenant. It ends when its last listener goes.
pub struct Hub {
    line: Mutex<Line>,
}

struct Line {
    sender: broadcast::Sender<Arc<LiveEvent>>,
    place: i64,
}

/// Somebody who listens from a place on.
pub struct Listener {
    pub events: broadcast::Receiver<Arc<LiveEvent>>,
    /// Every event behind this place comes; those up to it are in the outbox.
    pub place: i64,
    /// Keeps the stream running.
    _hub: Arc<Hub>,
}

impl Hub {
    /// Begins to read for a tenant; the actor is the system's.
    pub(super) async fn start(kernel: &Arc<Kernel>, actor: Arc<Actor>) -> Result<Arc<Self>, Fault> {
        let wake = kernel.database.wakes.listen(actor.tenant.id);
        let reader = Reader::at_the_end(kernel, &actor).await?;
        let signal = last_signal(kernel, &actor).await?;
        let (sender, _) = broadcast::channel(KEPT);
        let hub = Arc::new(Hub { line: Mutex::new(Line { sender, place: reader.place }) });
        let read = Vec::new();
        let source = Source { kernel: Arc::downgrade(kernel), actor, reader, signal, read };
        tokio::spawn(source.run(Arc::downgrade(&hub), wake));
        Ok(hub)
    }

    /// Listens from now on.
    pub(super) fn join(self: Arc<Self>) -> Listener {
        let (events, place) = {
            let line = self.line();
            (line.sender.subscribe(), line.place)
        };
        Listener { events, place, _hub: self }
    }

    /// Tells everybody; nobody waits for anybody.
    fn tell(&self, events: Vec<LiveEvent>) {
        let mut line = self.line();
        for event in events {
            line.place = event.place.unwrap_or(line.place);
            // Fails when nobody listens at the moment.
            let _ = line.sender.send(Arc::new(event));
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Source {
    kernel: Weak<Kernel>,
    actor: Arc<Actor>,
    reader: Reader,
    signal: i64,
    /// What was read and not told yet.
    read: Vec<LiveEvent>,
}

impl Source {
    async fn run(mut self, hub: Weak<Hub>, wake: Arc<Notify>) {
        loop {
            let pause = if self.reader.is_waiting() { HOLE_PAUSE } else { POLL };
            // Woken or not, it looks: a wake-up can be lost with the connection it came by.
            let _ = timeout(pause, wake.notified()).await;
            let (Some(kernel), Some(hub)) = (self.kernel.upgrade(), hub.upgrade()) else {
                return;
            };
            match self.read(&kernel).await {
                Ok(()) => hub.tell(std::mem::take(&mut self.read)),
                Err(fault) => {
                    tracing::warn!(%fault, tenant = self.actor.tenant.slug, "events wait");
                    drop((kernel, hub));
                    sleep(FAULT_PAUSE).await;
                }
            }
        }
    }

    /// Reads on. Who may listen is looked at behind the events, so that nobody hears of what was
    /// committed after it lost its rights.
    async fn read(&mut self, kernel: &Kernel) -> Result<(), Fault> {
        self.reader.read(kernel, &self.actor, &mut self.read).await?;
        self.read.extend(signals(kernel, &self.actor, &mut self.signal).await?);
        if self.read.is_empty() {
            return Ok(());
        }
        kernel.look_at_listeners(&self.actor).await
    }
}
