//! How many exports of one tenant run at a time: they hold connections for as long as their
//! readers take, and queries must find some too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Exports of one tenant that may run at one time.
const MOST_AT_ONCE: usize = 2;

/// The places of every tenant.
#[derive(Clone, Default)]
pub struct ExportSlots(Arc<Mutex<HashMap<String, Arc<Semaphore>>>>);

impl ExportSlots {
    /// A place, given back when it is dropped; `None` while all are taken.
    pub fn take(&self, tenant: &str) -> Option<OwnedSemaphorePermit> {
        let mut tenants = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let places = tenants
            .entry(tenant.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(MOST_AT_ONCE)));
        places.clone().try_acquire_owned().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_two_places_and_another_tenant_its_own() {
        let slots = ExportSlots::default();
        let (first, second) = (slots.take("a"), slots.take("a"));
        assert!(first.is_some() && second.is_some());
        assert!(slots.take("a").is_none());
        assert!(slots.take("b").is_some());
        drop(first);
        assert!(slots.take("a").is_some());
    }
}
