//! Who runs a job: one holder per tenant and job, across all servers, for as long as it says
//! that it is there. The row also remembers the last run, so that nothing runs twice because
//! two servers look at the same time, and nothing is forgotten over a restart.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::job::Job;
use crate::kernel::Kernel;

/// How long a holder that says nothing more is waited for. The database's clock measures it, as
/// servers need not agree on theirs; it is read by a statement of its own, for what is volatile
/// has no place in an update (spec 1.2).
const LASTS: Duration = Duration::from_secs(60);

/// How often a holder says that it is there.
const RENEWED: Duration = Duration::from_secs(15);

/// A job that nobody else runs in this tenant.
pub(super) struct Lease {
    kernel: Arc<Kernel>,
    actor: Arc<Actor>,
    job: &'static Job,
    holder: String,
}

impl Lease {
    /// Takes the lease, unless somebody holds it. With `seen`, also only if the job has not run
    /// since that was its last time.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn take(
        kernel: &Arc<Kernel>,
        actor: &Arc<Actor>,
        job: &'static Job,
        seen: Option<Option<DateTime<Utc>>>,
    ) -> Result<Option<Lease>, Fault> {
        let holder = Uuid::new_v4().to_string();
        let lease = Lease { kernel: kernel.clone(), actor: actor.clone(), job, holder };
        let mut tx = lease.begin().await?;
        let now = clock(&mut tx).await?;
        let mut sql = Sql::new("INSERT INTO job_leases AS l (job, holder, expires_at) VALUES (");
        sql.bind(text(job.name)).push(", ").bind(text(&lease.holder)).push(", ");
        sql.bind(Bind::Instant(Some(now + LASTS)));
        sql.push(") ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, ");
        sql.push("expires_at = excluded.expires_at WHERE (l.expires_at IS NULL ");
        sql.push("OR l.expires_at <= ").bind(Bind::Instant(Some(now))).push(")");
        if let Some(seen) = seen {
            sql.push(" AND l.ran_at IS NOT DISTINCT FROM ").bind(Bind::Instant(seen));
        }
        let taken = tx.execute(sql).await? == 1;
        tx.commit().await?;
        Ok(taken.then_some(lease))
    }

    /// Says again and again that the holder is there; ends only when the lease is lost.
    pub async fn lost(&self) {
        let mut until = Instant::now() + LASTS;
        loop {
            sleep(RENEWED).await;
            let renewed_until = Instant::now() + LASTS;
            match timeout_at(until, self.renew()).await {
                Ok(Ok(true)) => until = renewed_until,
                Ok(Ok(false)) => return,
                Ok(Err(_)) if Instant::now() < until => {}
                _ => return,
            }
        }
    }

    /// Moves the end of the lease on; false when somebody else has it by now.
    async fn renew(&self) -> Result<bool, Fault> {
        let mut tx = self.begin().await?;
        let end = clock(&mut tx).await? + LASTS;
        let mut sql = Sql::new("UPDATE job_leases SET expires_at = ");
        sql.bind(Bind::Instant(Some(end))).append(self.mine());
        let renewed = tx.execute(sql).await? == 1;
        tx.commit().await?;
        Ok(renewed)
    }

    /// Gives the lease back, and remembers a run that came to its end.
    ///
    /// # Errors
    /// When the database cannot be written; then it ends by itself.
    pub async fn release(&self, ran: Option<(DateTime<Utc>, NaiveDate)>) -> Result<(), Fault> {
        let mut sql = Sql::new("UPDATE job_leases SET holder = NULL, expires_at = NULL");
        if let Some((at, date)) = ran {
            sql.push(", ran_at = ").bind(Bind::Instant(Some(at)));
            sql.push(", ran_for = greatest(ran_for, ").bind(Bind::Date(Some(date))).push(")");
        }
        sql.append(self.mine());
        let mut tx = self.begin().await?;
        tx.execute(sql).await?;
        tx.commit().await
    }

    fn mine(&self) -> Sql {
        let mut sql = Sql::new(" WHERE job = ");
        sql.bind(text(self.job.name)).push(" AND holder = ").bind(text(&self.holder));
        sql
    }

    async fn begin(&self) -> Result<Tx, Fault> {
        self.kernel.begin(self.actor.clone(), Origin::default()).await
    }
}

/// The database's clock.
async fn clock(tx: &mut Tx) -> Result<DateTime<Utc>, Fault> {
    let rows = tx.load(Sql::new("SELECT clock_timestamp()")).await?;
    decode(rows.first().ok_or_else(|| Fault::internal("a clock without a time"))?, 0)
}

fn text(text: &str) -> Bind {
    Bind::Text(Some(text.to_owned()))
}
