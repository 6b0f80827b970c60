//! Whether those who listen may still: what ends a session, its person's access or the rights of
//! its role, or keeps its address out, ends what was opened with it within two seconds (spec 1.11),
//! and nothing that was committed after that is told.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::try_join;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::actor::{Actor, Origin};
use crate::auth::Credential;
use crate::auth::address_rules::{AddressRules, LISTS};
use crate::db::{Fault, Session};
use crate::entity::sql::Sql;
use crate::kernel::Kernel;
use crate::live::presence::Connected;

/// How often it is looked at where nothing happens.
const EVERY: Duration = Duration::from_secs(1);

/// How long what was seen may be used: all who listen in a tenant share one look.
const FRESH: Duration = Duration::from_millis(500);

/// How long an unreachable database is waited for; then nobody can tell, and it ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// The credentials that listen in a tenant.
#[derive(Default)]
pub(super) struct Watched {
    held: Mutex<Held>,
    /// When it was looked at last.
    looked: tokio::sync::Mutex<Option<Instant>>,
    fell: Notify,
}

#[derive(Default)]
struct Held {
    /// How many streams and sockets each opened.
    counts: HashMap<Credential, usize>,
    fallen: HashSet<Credential>,
    /// From where the tenant's people may call.
    addresses: AddressRules,
}

impl Watched {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a credential was found to hold no longer, or not from this address.
    fn has_fallen(&self, credential: &Credential, address: Option<&str>) -> bool {
        let held = self.held();
        held.fallen.contains(credential) || held.addresses.keeps_out(address).is_some()
    }

    /// Holds every credential against the database.
    pub(super) async fn look(&self, kernel: &Kernel, system: &Arc<Actor>) -> Result<(), Fault> {
        let credentials: Vec<Credential> = {
            let held = self.held();
            held.counts.keys().filter(|one| !held.fallen.contains(one)).cloned().collect()
        };
        if credentials.is_empty() {
            return Ok(());
        }
        let now = kernel.clock.now();
        let sql = Credential::fallen_sql(system.module, &credentials, now);
        let lists = format!("SELECT {LISTS} FROM security_settings r");
        let session = Session::new(kernel.database.clone(), system.clone(), now);
        session.expect(2);
        let looked = try_join(session.load(sql), session.load(Sql::new(&lists))).await;
        session.finish();
        let (fallen, lists) = looked?;
        let fallen = Credential::fallen(&credentials, &fallen)?;
        let row = lists.first().ok_or_else(|| Fault::internal("no security settings"))?;
        let addresses = AddressRules::decode(row)?;
        let any = !fallen.is_empty();
        {
            let mut held = self.held();
            let still = fallen.into_iter().filter(|one| held.counts.contains_key(one));
            let still: Vec<Credential> = still.collect();
            held.fallen.extend(still);
            held.addresses = addresses;
        }
        if any {
            self.fell.notify_waiters();
        }
        Ok(())
    }

    /// The same unless somebody did so a moment ago.
    async fn look_again(&self, kernel: &Kernel, system: &Arc<Actor>) -> Result<(), Fault> {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= FRESH) {
            self.look(kernel, system).await?;
            *looked = Some(Instant::now());
        }
        Ok(())
    }
}

/// What somebody who listens holds on to, so that its credential is watched.
pub(crate) struct Holder {
    watched: Arc<Watched>,
    credential: Option<Credential>,
    address: Option<String>,
}

impl Holder {
    pub(super) fn of(watched: Arc<Watched>, actor: &Actor, origin: &Origin) -> Self {
        let credential = actor.credential.clone();
        if let Some(credential) = credential.clone() {
            *watched.held().counts.entry(credential).or_default() += 1;
        }
        Holder { watched, credential, address: origin.address.clone() }
    }

    /// Whether the credential was found to hold no longer, or not from where the caller is.
    pub(crate) fn has_fallen(&self) -> bool {
        let address = self.address.as_deref();
        let credential = self.credential.as_ref();
        credential.is_some_and(|credential| self.watched.has_fallen(credential, address))
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let Some(credential) = self.credential.take() else { return };
        let mut held = self.watched.held();
        if let Some(count) = held.counts.get_mut(&credential) {
            *count -= 1;
            if *count == 0 {
                held.counts.remove(&credential);
                held.fallen.remove(&credential);
            }
        }
    }
}

impl Kernel {
    /// Completes when the credential behind an actor is good no longer, or not from where it
    /// calls.
    pub async fn credential_ended(&self, actor: &Arc<Actor>, origin: &Origin) {
        let Some(system) = self.system_actor(actor.tenant.clone()) else { return };
        let _connected = Connected::now(self.live.present.clone(), actor);
        let holder = self.live.hold(actor, origin);
        let watched = holder.watched.clone();
        let mut seen = Instant::now();
        loop {
            // Somebody else's look may find it first.
            let _ = timeout(EVERY, watched.fell.notified()).await;
            let tenant = self.tenant(&actor.tenant.slug);
            if holder.has_fallen() || !tenant.is_some_and(|tenant| tenant.active) {
                return;
            }
            match Box::pin(watched.look_again(self, &system)).await {
                Ok(()) if holder.has_fallen() => return,
                Ok(()) => seen = Instant::now(),
                Err(fault) if seen.elapsed() < PATIENCE => {
                    tracing::debug!(%fault, "a session cannot be looked at");
                }
                Err(_) => return,
            }
        }
    }

    /// Looks at everybody who listens in a tenant; the actor is the system's.
    pub(crate) async fn look_at_listeners(&self, system: &Arc<Actor>) -> Result<(), Fault> {
        self.live.watched(system.tenant.id).look(self, system).await
    }
}
