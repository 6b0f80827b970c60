//! What one request carries through the resolvers.

use std::sync::{Arc, Mutex, PoisonError};

use crate::actor::{Actor, Origin};
use crate::db::Session;
use crate::kernel::Kernel;

/// One request: the kernel, who calls, and the snapshot that its queries share.
pub struct RequestContext {
    pub kernel: Arc<Kernel>,
    pub actor: Option<Arc<Actor>>,
    pub origin: Origin,
    session: Option<Session>,
    redactions: Mutex<Vec<String>>,
}

impl RequestContext {
    /// A request of this caller, of nobody without one.
    pub fn new(kernel: Arc<Kernel>, actor: Option<Arc<Actor>>, origin: Origin) -> Self {
        let now = kernel.clock.now();
        let session = actor.clone().map(|actor| Session::new(kernel.database.clone(), actor, now));
        RequestContext { kernel, actor, origin, session, redactions: Mutex::default() }
    }

    /// The snapshot of the request's queries; none for a caller without a login.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// A snapshot of its own, for what a mutation answers.
    pub fn fresh_session(&self, actor: &Arc<Actor>) -> Session {
        Session::new(self.kernel.database.clone(), actor.clone(), self.kernel.clock.now())
    }

    /// Notes paths that were hidden from the caller.
    pub fn redact(&self, paths: Vec<String>) {
        let mut redactions = self.redactions.lock().unwrap_or_else(PoisonError::into_inner);
        for path in paths {
            if !redactions.contains(&path) {
                redactions.push(path);
            }
        }
    }

    /// Paths of fields that read as null because the caller may not see them.
    pub fn redactions(&self) -> Vec<String> {
        self.redactions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the queries met a cached plan that a migration made useless.
    pub fn met_stale_plan(&self) -> bool {
        self.session.as_ref().is_some_and(Session::met_stale_plan)
    }

    /// Ends the snapshot once the answer is built.
    pub fn finish(mut self) {
        if let Some(session) = self.session.take() {
            session.finish();
        }
    }
}
