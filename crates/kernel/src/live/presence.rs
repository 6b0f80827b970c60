//! Who is connected: people with a socket or a stream open on any server, written down once a
//! minute and when the last of them closes, so that modules see who was lost (`live_presences`).

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::actor::{Actor, Origin};
use crate::db::Fault;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;

/// How often those who stay are written down again.
const EVERY: Duration = Duration::from_secs(60);

/// Who comes and goes within this time is written down together.
const SHARED: Duration = Duration::from_millis(200);

/// A person of a tenant, by the tenant's key and its slug.
type Person = (i32, String, String);

/// Who is connected to this server.
#[derive(Default)]
pub(super) struct Present {
    people: Mutex<People>,
    changed: Notify,
}

#[derive(Default)]
struct People {
    counts: HashMap<Person, usize>,
    /// Who came or went since it was written down.
    unwritten: HashSet<Person>,
}

impl Present {
    fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, person: &Person, comes: bool) {
        let mut people = self.people();
        let count = people.counts.entry(person.clone()).or_default();
        *count = if comes { *count + 1 } else { count.saturating_sub(1) };
        let (is_first, is_last) = (comes && *count == 1, *count == 0);
        if is_last {
            people.counts.remove(person);
        }
        if is_first || is_last {
            people.unwritten.insert(person.clone());
            self.changed.notify_one();
        }
    }
}

/// Somebody is connected as long as this is held.
pub(super) struct Connected {
    present: Arc<Present>,
    person: Option<Person>,
}

impl Connected {
    /// The actor is connected from now on; a program with a key is nobody.
    pub(super) fn now(present: Arc<Present>, actor: &Actor) -> Self {
        let tenant = &actor.tenant;
        let person = actor.session.map(|_| (tenant.id, tenant.slug.clone(), actor.id.clone()));
        if let Some(person) = &person {
            present.count(person, true);
        }
        Connected { present, person }
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        if let Some(person) = &self.person {
            self.present.count(person, false);
        }
    }
}

/// Writes down who is connected, until the kernel is gone.
pub(super) async fn keep(kernel: Weak<Kernel>) {
    loop {
        let Some(present) = kernel.upgrade().map(|kernel| kernel.live.present.clone()) else {
            return;
        };
        let came_or_went = timeout(EVERY, present.changed.notified()).await.is_ok();
        if came_or_went {
            sleep(SHARED).await;
        }
        let Some(kernel) = kernel.upgrade() else { return };
        if let Err(fault) = kernel.write_presences(!came_or_went).await {
            tracing::warn!(%fault, "who is connected could not be written down");
        }
    }
}

impl Kernel {
    /// Writes down who came or went, and with `all` who is still connected.
    ///
    /// # Errors
    /// When the database cannot be written; the next time makes up for it.
    pub async fn write_presences(&self, all: bool) -> Result<(), Fault> {
        let mut people = {
            let mut people = self.live.present.people();
            let mut some = std::mem::take(&mut people.unwritten);
            if all {
                some.extend(people.counts.keys().cloned());
            }
            some.into_iter().collect::<Vec<Person>>()
        };
        people.sort_unstable();
        for people in people.chunk_by(|one, next| one.0 == next.0) {
            let Some((_, slug, _)) = people.first() else { continue };
            let Some(tenant) = self.tenant(slug) else { continue };
            let Some(system) = self.system_actor(tenant) else { continue };
            let mut tx = self.begin(system, Origin::default()).await?;
            let names = people.iter().map(|(_, _, person)| person.clone()).collect();
            let mut sql = Sql::new("INSERT INTO live_presences AS l (person, seen_at) SELECT p, ");
            sql.bind(Bind::Instant(Some(tx.now))).push(" FROM unnest(").bind(Bind::Texts(names));
            sql.push(
                ") p ON CONFLICT (person) DO UPDATE \
                 SET seen_at = greatest(l.seen_at, EXCLUDED.seen_at)",
            );
            tx.execute(sql).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
