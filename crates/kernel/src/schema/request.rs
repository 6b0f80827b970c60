//! What one request carries through the resolvers.

use std::sync::{Arc, Mutex, PoisonError};

use crate::actor::{Actor, Origin};
use crate::audit::SensitiveRead;
use crate::db::{Fault, Session};
use crate::kernel::Kernel;

/// One request: the kernel, who calls, and the snapshot that its queries share.
pub struct RequestContext {
    pub kernel: Arc<Kernel>,
    pub actor: Option<Arc<Actor>>,
    pub origin: Origin,
    session: Option<Session>,
    redactions: Mutex<Vec<String>>,
    shown: Mutex<Vec<SensitiveRead>>,
}

impl RequestContext {
    /// A request of this caller, of nobody without one.
    pub fn new(kernel: Arc<Kernel>, actor: Option<Arc<Actor>>, origin: Origin) -> Self {
        let now = kernel.clock.now();
        let session = actor.clone().map(|actor| Session::new(kernel.database.clone(), actor, now));
        RequestContext {
            kernel,
            actor,
            origin,
            session,
            redactions: Mutex::default(),
            shown: Mutex::default(),
        }
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

    /// Ends a snapshot of a mutation's answer.
    pub fn finish_fresh(&self, session: Session) {
        let shown = session.finish();
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).extend(shown);
    }

    /// Ends the snapshot once the answer is built, and records what sensitive fields it shows,
    /// before it leaves (spec 1.8.3).
    ///
    /// # Errors
    /// When that cannot be recorded; then the answer must not leave.
    pub async fn finish(mut self) -> Result<(), Fault> {
        let mut shown =
            std::mem::take(&mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(session) = self.session.take() {
            shown.extend(session.finish());
        }
        let Some(actor) = self.actor.filter(|_| !shown.is_empty()) else { return Ok(()) };
        let mut tx = self.kernel.begin(actor, self.origin).await?;
        tx.record_reads(merged(shown));
        tx.commit().await
    }
}

/// One entry per entity: fields and ids of all its reads together.
fn merged(reads: Vec<SensitiveRead>) -> Vec<SensitiveRead> {
    let mut all: Vec<SensitiveRead> = Vec::new();
    for read in reads {
        let Some(known) = all.iter_mut().find(|known| known.entity == read.entity) else {
            all.push(read);
            continue;
        };
        for field in read.fields {
            if !known.fields.contains(&field) {
                known.fields.push(field);
            }
        }
        known.ids.extend(read.ids);
        known.ids.sort();
        known.ids.dedup();
    }
    all
}
