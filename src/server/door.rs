//! The state that all requests share.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use super::{
    budget::Budgets, documents::Documents, engine::Engine, metrics::Metrics,
    settings::ServerSettings,
};

/// The state of the doors of one server.
pub struct Door<E> {
    /// The rest of the server.
    pub engine: Arc<E>,
    /// What the doors were told.
    pub settings: ServerSettings,
    /// Parsed and guarded documents.
    pub documents: Documents,
    /// What people and tenants may still ask for.
    pub budgets: Budgets,
    /// What operators look at.
    pub metrics: Metrics,
    /// One permit for each request that may run.
    pub slots: Semaphore,
    draining: watch::Sender<bool>,
}

impl<E: Engine> Door<E> {
    /// The doors in front of an engine.
    pub fn new(engine: Arc<E>, settings: ServerSettings) -> Arc<Self> {
        Arc::new(Self {
            engine,
            documents: Documents::default(),
            budgets: Budgets::new(settings.cost_budget, settings.cost_refill_per_second),
            metrics: Metrics::default(),
            slots: Semaphore::new(settings.requests_in_flight),
            draining: watch::Sender::new(false),
            settings,
        })
    }

    /// Requests that run at this moment.
    pub fn in_flight(&self) -> usize {
        self.settings.requests_in_flight.saturating_sub(self.slots.available_permits())
    }

    /// Tells load balancers to look elsewhere, and sockets to come back: `/readyz` fails from now
    /// on.
    pub fn start_draining(&self) {
        self.draining.send_replace(true);
    }

    /// Whether the server was told to stop.
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Completes when the server is told to stop.
    pub async fn drained(&self) {
        // Fails when the sender is gone, which this door holds.
        let _ = self.draining.subscribe().wait_for(|draining| *draining).await;
    }
}
