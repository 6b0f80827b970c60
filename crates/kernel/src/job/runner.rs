//! One run of a job: what is due is read once, then done item by item, each in a transaction of
//! its own. What fails is told and does not stop the rest.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::FutureExt;
use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;

use crate::actor::{Actor, Origin};
use crate::db::{Fault, Session};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::job::lease::Lease;
use crate::job::{Job, JobRunStatus, Outside, Schedule, Work};
use crate::kernel::Kernel;
use crate::refusal::{Rejection, Rule};
use crate::tenant::Tenant;

/// Attempts at an item that meets others at work on the same rows (spec 1.6.7).
const ATTEMPTS: usize = 4;

/// Failures that are told one by one.
const MOST_TOLD: usize = 100;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything that was due was tried.
    Done,
    /// The server stops, or another took over: the next run does the rest.
    Stopped,
    /// What was due could not be read.
    Broken,
}

/// Something that a run could not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Key of what was due; `None` where the run itself failed.
    pub item: Option<String>,
    pub message: String,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    pub job: &'static str,
    pub business_date: NaiveDate,
    pub succeeded: i32,
    pub failed: i32,
    /// The first hundred.
    pub failures: Vec<Failure>,
    pub ended: Ended,
}

impl Ran {
    fn fail(&mut self, item: Option<&str>, message: String) {
        self.failed += 1;
        if self.failures.len() < MOST_TOLD {
            self.failures.push(Failure { item: item.map(str::to_owned), message });
        }
    }
}

/// A run to be made.
pub(super) struct Run {
    pub kernel: Arc<Kernel>,
    /// The system, on the business date of the run.
    pub actor: Arc<Actor>,
    pub job: &'static Job,
    /// The last run that was seen, by one who runs it only if there was none since.
    pub seen: Option<Option<DateTime<Utc>>>,
    /// The row of a run that a person asked for.
    pub asked: Option<i32>,
    /// True as soon as no further item is to be begun.
    pub stop: watch::Receiver<bool>,
}

impl Kernel {
    /// Runs a job of a tenant now, for its own today or for a day that is past. `None` while
    /// another server runs it.
    ///
    /// # Errors
    /// When the run cannot be recorded.
    pub async fn run_job(
        self: &Arc<Self>,
        tenant: &Arc<Tenant>,
        job: &'static Job,
        date: Option<NaiveDate>,
    ) -> Result<Option<Ran>, Fault> {
        let Some(actor) = self.system_on(tenant, date).await? else { return Ok(None) };
        let (_going_on, stop) = watch::channel(false);
        let run = Run { kernel: self.clone(), actor, job, seen: None, asked: None, stop };
        run.make().await
    }

    /// The system as an actor of a tenant on a day, or on the day that counts as today there
    /// (spec 1.4.3); `None` where this program does not carry the module.
    ///
    /// # Errors
    /// When the tenant's settings cannot be read.
    pub async fn system_on(
        &self,
        tenant: &Arc<Tenant>,
        date: Option<NaiveDate>,
    ) -> Result<Option<Arc<Actor>>, Fault> {
        let Some(actor) = self.system_actor(tenant.clone()) else { return Ok(None) };
        let date = match date {
            Some(date) => Some(date),
            None => self.fixed_business_date(&actor).await?,
        };
        Ok(Some(Arc::new(Actor { fixed_business_date: date, ..Actor::clone(&actor) })))
    }

    async fn fixed_business_date(&self, actor: &Arc<Actor>) -> Result<Option<NaiveDate>, Fault> {
        let session = Session::new(self.database.clone(), actor.clone(), self.clock.now());
        let date = crate::auth::read_fixed_date(&session).await;
        session.finish();
        date
    }
}

impl Run {
    /// Makes the run, if nobody else does.
    ///
    /// # Errors
    /// When it cannot be recorded; what was done by then is done.
    pub async fn make(self) -> Result<Option<Ran>, Fault> {
        if *self.stop.borrow() {
            return Ok(None);
        }
        let lease = Lease::take(&self.kernel, &self.actor, self.job, self.seen).await?;
        let Some(lease) = lease else { return Ok(None) };
        let started = self.kernel.clock.now();
        let outcome = self.held(&lease, started).await;
        let over = outcome.as_ref().is_ok_and(|ran| ran.ended == Ended::Done);
        let date = self.business_date(started);
        lease.release(over.then_some((started, date))).await?;
        outcome.map(Some)
    }

    fn business_date(&self, now: DateTime<Utc>) -> NaiveDate {
        self.actor.fixed_business_date.unwrap_or_else(|| self.actor.tenant.local_date(now))
    }

    async fn held(&self, lease: &Lease, started: DateTime<Utc>) -> Result<Ran, Fault> {
        let business_date = self.business_date(started);
        let job = self.job.name;
        let (failures, ended) = (Vec::new(), Ended::Done);
        let mut ran = Ran { job, business_date, succeeded: 0, failed: 0, failures, ended };
        let due = self.due(started).await;
        // A job that looks every few minutes and finds nothing has nothing to tell.
        let quiet = matches!(self.job.schedule, Schedule::Minutes(_)) && self.asked.is_none();
        if quiet && matches!(&due, Ok(due) if due.is_empty()) {
            return Ok(ran);
        }
        let id = self.begin_record(started, business_date).await?;
        match due {
            Ok(due) => {
                tokio::select! {
                    () = self.items(&due, &mut ran) => {}
                    () = lease.lost() => ran.ended = Ended::Stopped,
                }
            }
            Err(fault) => {
                tracing::error!(job, tenant = self.actor.tenant.slug, %fault, "a job is broken");
                ran.fail(None, "What is due could not be read; the server's log says why.".into());
                ran.ended = Ended::Broken;
            }
        }
        self.end_record(id, &ran).await?;
        Ok(ran)
    }

    async fn due(&self, now: DateTime<Utc>) -> Result<Vec<String>, Fault> {
        let session = Session::new(self.kernel.database.clone(), self.actor.clone(), now);
        let keys = async {
            session.load(now_is(now)).await?;
            let rows = session.load_report(Sql::new(self.job.due)).await?;
            rows.iter().map(|row| decode(row, 0)).collect()
        };
        let keys = keys.await;
        session.finish();
        keys
    }

    async fn items(&self, due: &[String], ran: &mut Ran) {
        for key in due {
            if *self.stop.borrow() {
                ran.ended = Ended::Stopped;
                return;
            }
            match self.item(key).await {
                Ok(()) => ran.succeeded += 1,
                Err(message) => ran.fail(Some(key), message),
            }
        }
    }

    /// Does one item, and says what stood against it.
    async fn item(&self, key: &str) -> Result<(), String> {
        let mut attempt = 1;
        loop {
            // A rule that panics is a defect, but no reason to leave the other items undone.
            let tried = AssertUnwindSafe(self.attempt(key)).catch_unwind().await;
            let fault = match tried {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(Rejection::Refused(refusals))) => {
                    let said: Vec<_> = refusals.into_iter().map(|it| it.message).collect();
                    return Err(said.join(" "));
                }
                Ok(Err(Rejection::AwaitsApproval(_))) => {
                    return Err("A second person would have to agree.".to_owned());
                }
                Ok(Err(Rejection::Fault(fault))) => fault,
                Err(_) => Fault::internal("the rule panicked"),
            };
            let again = matches!(fault, Fault::Retry | Fault::StalePlan | Fault::LockTimeout);
            if !again || attempt == ATTEMPTS {
                let (job, tenant) = (self.job.name, &self.actor.tenant.slug);
                tracing::error!(job, tenant, item = key, %fault, "an item of a job failed");
                return Err(match again {
                    true => "Somebody else kept changing the same rows.".to_owned(),
                    false => "The server failed; its log says why.".to_owned(),
                });
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, key: &str) -> Rule<()> {
        let operation = self.job.name.to_owned();
        let request_id = format!("job {operation}");
        let origin = Origin { request_id, operation, ..Origin::default() };
        let rule = match self.job.work {
            Work::Rule(rule) => rule,
            Work::Outside(work) => {
                let (kernel, actor) = (self.kernel.clone(), self.actor.clone());
                return work(&Outside { kernel, actor, origin }, key).await;
            }
        };
        let mut tx = self.kernel.begin(self.actor.clone(), origin).await?;
        let ended = match rule(&mut tx, key).await {
            Ok(()) => tx.settle(),
            Err(rejection) => Err(rejection),
        };
        match ended {
            Ok(()) => {
                let errands = std::mem::take(&mut tx.errands);
                let origin = tx.origin.clone();
                tx.commit().await?;
                self.kernel.run_errands(&self.actor, &origin, errands).await
            }
            Err(rejection) => {
                tx.rollback().await;
                Err(rejection)
            }
        }
    }

    /// Notes that the run began; a run that nobody ended was broken off, as this one holds the
    /// lease now.
    async fn begin_record(&self, at: DateTime<Utc>, date: NaiveDate) -> Result<i32, Fault> {
        let mut sql = Sql::new("UPDATE job_runs SET status = 'interrupted', finished_at = ");
        sql.bind(Bind::Instant(Some(at))).push(", updated_at = ").bind(Bind::Instant(Some(at)));
        sql.push(", version = version + 1 WHERE status = 'running' AND job = ");
        sql.bind(Bind::Text(Some(self.job.name.to_owned())));
        let mut begun = Sql::default();
        match self.asked {
            Some(id) => {
                begun.push("UPDATE job_runs SET status = 'running', version = version + 1, ");
                begun.push("started_at = ").bind(Bind::Instant(Some(at))).push(", updated_at = ");
                begun.bind(Bind::Instant(Some(at))).push(" WHERE id = ").bind(id.into());
            }
            None => {
                begun.push("INSERT INTO job_runs (job, business_date, status, asked_by, ");
                begun.push("started_at, created_at, updated_at) VALUES (");
                begun.bind(Bind::Text(Some(self.job.name.to_owned()))).push(", ");
                begun.bind(Bind::Date(Some(date))).push(", 'running', 'system', ");
                begun.bind(Bind::Instant(Some(at))).push(", ").bind(Bind::Instant(Some(at)));
                begun.push(", ").bind(Bind::Instant(Some(at))).push(")");
            }
        }
        begun.push(" RETURNING id");
        let mut tx = self.kernel.begin(self.actor.clone(), Origin::default()).await?;
        tx.execute(sql).await?;
        let rows = tx.load(begun).await?;
        let row =
            rows.first().ok_or_else(|| Fault::internal("the run that was asked for is gone"))?;
        let id = decode(row, 0)?;
        tx.commit().await?;
        Ok(id)
    }

    async fn end_record(&self, id: i32, ran: &Ran) -> Result<(), Fault> {
        let status = match ran.ended {
            Ended::Done => JobRunStatus::Done,
            Ended::Stopped | Ended::Broken => JobRunStatus::Interrupted,
        };
        let now = Bind::Instant(Some(self.kernel.clock.now()));
        let mut sql = Sql::new("UPDATE job_runs SET version = version + 1, status = ");
        sql.bind(Bind::Text(Some(status.spelling().to_owned()))).push(", succeeded = ");
        sql.bind(ran.succeeded.into()).push(", failed = ").bind(ran.failed.into());
        sql.push(", failures = ").bind(Bind::Json(Some(json!(ran.failures))));
        sql.push(", finished_at = ").bind(now.clone()).push(", updated_at = ").bind(now);
        sql.push(" WHERE id = ").bind(id.into());
        let mut tx = self.kernel.begin(self.actor.clone(), Origin::default()).await?;
        tx.execute(sql).await?;
        tx.commit().await
    }
}

/// Tells the statements that follow in this transaction which instant is now, as
/// `bizgraph.now`: they ask no machine for the time (spec 1.4.3).
pub fn now_is(now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new("SELECT set_config('bizgraph.now', ");
    sql.bind(Bind::Text(Some(now.to_rfc3339()))).push(", TRUE)");
    sql
}
