//! Whether those who listen may still: a session that ends, idles out or is revoked, or an
//! address that is no longer allowed, ends what was opened with it within two seconds (spec 1.11).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::auth::address_rules::AddressRules;
use crate::db::Fault;
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::live::order::load;
use crate::refusal::Rejection;

/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// How long what was seen may be used: all who listen in a tenant share one look.
const FRESH: Duration = Duration::from_millis(500);

/// How long an unreachable database is waited for; then nobody can tell, and it ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was good in a tenant a moment ago.
#[derive(Default)]
pub(super) struct Good(Mutex<Option<Seen>>);

struct Seen {
    at: Instant,
    sessions: HashSet<Uuid>,
    addresses: AddressRules,
}

impl Seen {
    fn is_good(&self, session: Uuid, origin: &Origin) -> bool {
        let address = origin.address.as_deref();
        self.sessions.contains(&session) && self.addresses.keeps_out(address).is_none()
    }
}

impl Kernel {
    /// Completes when the credential behind an actor is good no longer, or not from where it
    /// calls.
    pub async fn credential_ended(&self, actor: &Arc<Actor>, token: &str, origin: &Origin) {
        let mut seen = Instant::now();
        loop {
            tokio::time::sleep(EVERY).await;
            match self.is_good(actor, token, origin).await {
                Ok(true) => seen = Instant::now(),
                Ok(false) => return,
                Err(fault) if seen.elapsed() < PATIENCE => {
                    tracing::debug!(%fault, "a session cannot be looked at");
                }
                Err(_) => return,
            }
        }
    }

    async fn is_good(
        &self,
        actor: &Arc<Actor>,
        token: &str,
        origin: &Origin,
    ) -> Result<bool, Fault> {
        let tenant = self.tenant(&actor.tenant.slug);
        if !tenant.is_some_and(|tenant| tenant.active) {
            return Ok(false);
        }
        // Looking must not count as use: a session would never idle out.
        let Some(session) = actor.session else {
            return match self.prove_anew(token, origin, false).await {
                Ok(proven) => Ok(proven.is_some()),
                Err(Rejection::Fault(fault)) => Err(fault),
                Err(_) => Ok(false),
            };
        };
        let good = self.live.good(actor.tenant.id);
        let mut good = good.0.lock().await;
        if let Some(seen) = good.as_ref().filter(|seen| seen.at.elapsed() < FRESH) {
            return Ok(seen.is_good(session, origin));
        }
        let Some(system) = self.system_actor(actor.tenant.clone()) else { return Ok(false) };
        let seen = self.see(&system).await?;
        let is_good = seen.is_good(session, origin);
        *good = Some(seen);
        Ok(is_good)
    }

    async fn see(&self, system: &Arc<Actor>) -> Result<Seen, Fault> {
        let now = || Bind::Instant(Some(self.clock.now()));
        let lists = "SELECT to_jsonb(ip_whitelist), to_jsonb(ip_blacklist) FROM security_settings";
        let lists = load(self, system, Sql::new(lists)).await?;
        let row = lists.first().ok_or_else(|| Fault::internal("no security settings"))?;
        let (allowed, denied): (Vec<String>, Vec<String>) = (decode(row, 0)?, decode(row, 1)?);
        let mut sql = Sql::new(
            "SELECT s.id FROM sessions s CROSS JOIN security_settings r \
             WHERE s.revoked_at IS NULL AND s.expires_at > ",
        );
        sql.bind(now());
        sql.push(" AND s.last_seen_at + make_interval(mins => r.session_timeout) > ").bind(now());
        let rows = load(self, system, sql).await?;
        let sessions = rows.iter().map(|row| decode(row, 0)).collect::<Result<HashSet<_>, _>>()?;
        let addresses = AddressRules::read(&allowed, &denied)?;
        Ok(Seen { at: Instant::now(), sessions, addresses })
    }
}
