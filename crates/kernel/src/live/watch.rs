//! Whether those who listen may still: a session that ends, idles out or is revoked ends what
//! was opened with it within two seconds (spec 1.11).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::db::Fault;
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::live::order::load;

/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// How long what was seen may be used: all who listen in a tenant share one look.
const FRESH: Duration = Duration::from_millis(500);

/// How long an unreachable database is waited for; then nobody can tell, and it ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// The sessions of a tenant that were good a moment ago.
#[derive(Default)]
pub(super) struct Good(Mutex<Option<(Instant, HashSet<Uuid>)>>);

impl Kernel {
    /// Completes when the credential behind an actor is good no longer.
    pub async fn credential_ended(&self, actor: &Arc<Actor>, token: &str) {
        let mut seen = Instant::now();
        loop {
            tokio::time::sleep(EVERY).await;
            match self.is_good(actor, token).await {
                Ok(true) => seen = Instant::now(),
                Ok(false) => return,
                Err(fault) if seen.elapsed() < PATIENCE => {
                    tracing::debug!(%fault, "a session cannot be looked at");
                }
                Err(_) => return,
            }
        }
    }

    async fn is_good(&self, actor: &Arc<Actor>, token: &str) -> Result<bool, Fault> {
        let tenant = self.tenant(&actor.tenant.slug);
        if !tenant.is_some_and(|tenant| tenant.active) {
            return Ok(false);
        }
        // Looking must not count as use: a session would never idle out.
        let Some(session) = actor.session else {
            return Ok(self.authenticate(token, &Origin::default()).await?.is_some());
        };
        let good = self.live.good(actor.tenant.id);
        let mut good = good.0.lock().await;
        if let Some((at, sessions)) = good.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(sessions.contains(&session));
        }
        let now = || Bind::Instant(Some(self.clock.now()));
        let mut sql = Sql::new(
            "SELECT s.id FROM sessions s CROSS JOIN security_settings r \
             WHERE s.revoked_at IS NULL AND s.expires_at > ",
        );
        sql.bind(now());
        sql.push(" AND s.last_seen_at + make_interval(mins => r.session_timeout) > ").bind(now());
        let Some(system) = self.system_actor(actor.tenant.clone()) else { return Ok(false) };
        let rows = load(self, &system, sql).await?;
        let sessions = rows.iter().map(|row| decode(row, 0)).collect::<Result<HashSet<_>, _>>()?;
        let is_good = sessions.contains(&session);
        *good = Some((Instant::now(), sessions));
        Ok(is_good)
    }
}
