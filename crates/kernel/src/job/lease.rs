//! Who runs a job: one holder per tenant and job, across all servers, for as long as it says
//! that it is there. The row also remembers the last run, so that nothing runs twice because
//! two servers look at the same time, and nothing is forgotten over a restart.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::db::Fault;
use crate::entity::sql::{Bind, Sql};
use crate::job::Job;
use crate::kernel::Kernel;

/// How long a holder that says nothing more is waited for. The database's clock measures it, as
/// servers need not agree on theirs.
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
        let mut sql = Sql::new("INSERT INTO job_leases AS l (job, holder, expires_at) VALUES (");
        sql.bind(text(job.name)).push(", ").bind(text(&lease.holder)).push(", ").append(end());
        sql.push(") ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, ");
        sql.push("expires_at = excluded.expires_at WHERE (l.expires_at IS NULL ");
        sql.push("OR l.expires_at <= clock_timestamp())");
        if let Some(seen) = seen {
            sql.push(" AND l.ran_at IS NOT DISTINCT FROM ").bind(Bind::Instant(seen));
        }
        let taken = lease.write(sql).await? == 1;
        Ok(taken.then_some(lease))
    }

    /// Says again and again that the holder is there; ends only when the lease is lost.
    pub async fn lost(&self) {
        let mut until = Instant::now() + LASTS;
        loop {
            sleep(RENEWED).await;
            let mut sql = Sql::new("UPDATE job_leases SET expires_at = ");
            sql.append(end()).append(self.mine());
            let renewed_until = Instant::now() + LASTS;
            match timeout_at(until, self.write(sql)).await {
                Ok(Ok(1)) => until = renewed_until,
                Ok(Ok(_)) => return,
                Ok(Err(_)) if Instant::now() < until => {}
                _ => return,
            }
        }
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
        self.write(sql).await.map(drop)
    }

    fn mine(&self) -> Sql {
        let mut sql = Sql::new(" WHERE job = ");
        sql.bind(text(self.job.name)).push(" AND holder = ").bind(text(&self.holder));
        sql
    }

    async fn write(&self, sql: Sql) -> Result<usize, Fault> {
        let mut tx = self.kernel.begin(self.actor.clone(), Origin::default()).await?;
        let touched = tx.execute(sql).await?;
        tx.commit().await?;
        Ok(touched)
    }
}

fn end() -> Sql {
    let mut sql = Sql::new("clock_timestamp() + make_interval(secs => ");
    sql.bind(Bind::Int(i32::try_from(LASTS.as_secs()).ok())).push(")");
    sql
}

fn text(text: &str) -> Bind {
    Bind::Text(Some(text.to_owned()))
}
