//! What one request carries through the resolvers.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::{SchemaEnv, ServerError, Value};

use crate::actor::{Actor, Origin};
use crate::aside::aside;
use crate::audit::SensitiveRead;
use crate::db::{Fault, Session};
use crate::kernel::Kernel;
use crate::refusal::Code;

/// One request: the kernel, who calls, and the snapshot that its queries share.
pub struct RequestContext {
    pub kernel: Arc<Kernel>,
    pub actor: Option<Arc<Actor>>,
    pub origin: Origin,
    session: Option<Session>,
    /// The schema, once its validation let the document pass.
    schema: OnceLock<SchemaEnv>,
    errors: Mutex<Vec<ServerError>>,
    redactions: Mutex<Vec<String>>,
    shown: Mutex<Vec<SensitiveRead>>,
}

impl RequestContext {
    /// A request of this caller, of nobody without one.
    pub fn new(kernel: Arc<Kernel>, actor: Option<Arc<Actor>>, origin: Origin) -> Self {
        let now = kernel.clock.now();
        let session = actor.clone().map(|actor| {
            let session = Session::new(kernel.database.clone(), actor, now);
            session.with_cipher(kernel.cipher.clone())
        });
        RequestContext {
            kernel,
            actor,
            origin,
            session,
            schema: OnceLock::new(),
            errors: Mutex::default(),
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
        let kernel = &self.kernel;
        let session = Session::new(kernel.database.clone(), actor.clone(), kernel.clock.now());
        session.with_cipher(kernel.cipher.clone())
    }

    /// Notes that the document is valid: the first of its root fields is resolved.
    pub(super) fn is_valid_for(&self, schema: &SchemaEnv) {
        self.schema.get_or_init(|| schema.clone());
    }

    /// The schema that found the document valid; none before that.
    pub fn valid_for(&self) -> Option<&SchemaEnv> {
        self.schema.get()
    }

    /// Notes an error of a field whose place in the answer is null.
    pub(super) fn add_error(&self, error: ServerError) {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).push(error);
    }

    /// The errors of fields so far.
    pub fn take_errors(&self) -> Vec<ServerError> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
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

    /// Ends the snapshot once the answer is built, and records what sensitive fields it shows and
    /// what it denies, before it leaves (spec 1.8.3).
    ///
    /// # Errors
    /// When that cannot be recorded; then the answer must not leave.
    pub async fn finish(mut self, errors: &[ServerError]) -> Result<(), Fault> {
        let mut shown =
            std::mem::take(&mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(session) = self.session.take() {
            shown.extend(session.finish());
        }
        if let Some(actor) = &self.actor {
            let missing = errors.iter().filter_map(missing_permission).collect();
            self.kernel.record_denials(actor, &self.origin, missing).await?;
        }
        self.record(shown).await
    }

    /// Records what sensitive fields an answer shows.
    pub(super) async fn record(&self, shown: Vec<SensitiveRead>) -> Result<(), Fault> {
        let Some(actor) = self.actor.clone().filter(|_| !shown.is_empty()) else { return Ok(()) };
        let write = async {
            let mut tx = self.kernel.begin(actor, self.origin.clone()).await?;
            tx.record_reads(merged(shown));
            tx.commit().await
        };
        aside(write).await
    }
}

/// The permission for want of which a field was refused.
fn missing_permission(error: &ServerError) -> Option<String> {
    let extensions = error.extensions.as_ref()?;
    let is_forbidden = extensions.get("code") == Some(&Value::from(Code::Forbidden.as_str()));
    let Value::Object(details) = extensions.get("details").filter(|_| is_forbidden)? else {
        return None;
    };
    match details.get("permission")? {
        Value::String(permission) => Some(permission.clone()),
        _ => None,
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
