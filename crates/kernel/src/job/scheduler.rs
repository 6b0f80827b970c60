//! Jobs at their time, in every tenant, as long as a server serves. What ran last is in the
//! database, so that a restart forgets nothing and several servers share the work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::actor::Actor;
use crate::db::{Fault, Session};
use crate::entity::decode;
use crate::entity::sql::Sql;
use crate::job::runner::{Ended, Ran, Run};
use crate::job::{Job, Schedule};
use crate::kernel::Kernel;
use crate::notification;
use crate::tenant::Tenant;

/// How often it is looked what is due.
const ROUND: Duration = Duration::from_secs(5);

/// How long a job rests that could not read what is due.
const REST: Duration = Duration::from_secs(300);

/// Jobs that one server runs at one time, so that people are not kept waiting by them.
const AT_ONCE: usize = 4;

/// When a job ran last in a tenant.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Last {
    ran_at: Option<DateTime<Utc>>,
    ran_for: Option<NaiveDate>,
    /// Whether somebody runs it now.
    held: bool,
}

impl Schedule {
    fn is_due(self, last: Last, now: DateTime<Utc>, today: NaiveDate) -> bool {
        match self {
            Schedule::Daily => last.ran_for.is_none_or(|date| date < today),
            Schedule::Minutes(minutes) => {
                last.ran_at.is_none_or(|at| now - at >= TimeDelta::minutes(minutes.into()))
            }
        }
    }
}

/// What a tenant has to be done.
struct Due {
    actor: Arc<Actor>,
    jobs: Vec<DueJob>,
    /// Whether messages wait to be sent.
    messages: bool,
}

/// A run that is due, by the clock or because somebody asked for it.
struct DueJob {
    job: &'static Job,
    actor: Arc<Actor>,
    seen: Option<Option<DateTime<Utc>>>,
    asked: Option<i32>,
}

impl Kernel {
    /// Runs every job of a tenant that is due, one after the other.
    ///
    /// # Errors
    /// When the database cannot be read or a run cannot be recorded.
    pub async fn run_due_jobs(self: &Arc<Self>, tenant: &Arc<Tenant>) -> Result<Vec<Ran>, Fault> {
        let (_going_on, stop) = watch::channel(false);
        let mut all = Vec::new();
        let Some(due) = due(self, tenant).await? else { return Ok(all) };
        for due in due.jobs {
            all.extend(due.run(self.clone(), stop.clone()).make().await?);
        }
        Ok(all)
    }
}

impl DueJob {
    fn run(self, kernel: Arc<Kernel>, stop: watch::Receiver<bool>) -> Run {
        let DueJob { job, actor, seen, asked } = self;
        Run { kernel, actor, job, seen, asked, stop }
    }
}

/// What is due in a tenant; `None` where this program does not carry the module.
async fn due(kernel: &Arc<Kernel>, tenant: &Arc<Tenant>) -> Result<Option<Due>, Fault> {
    let Some(actor) = kernel.system_on(tenant, None).await? else { return Ok(None) };
    let session = Session::new(kernel.database.clone(), actor.clone(), kernel.clock.now());
    let sql = Sql::new(
        "SELECT COALESCE((SELECT jsonb_object_agg(job, jsonb_build_object('ran_at', ran_at, \
         'ran_for', ran_for, 'held', COALESCE(expires_at > clock_timestamp(), FALSE))) \
         FROM job_leases), '{}'), \
         COALESCE((SELECT jsonb_agg(jsonb_build_array(id, job, business_date) ORDER BY id) \
         FROM job_runs WHERE status = 'queued'), '[]')",
    );
    let read = async {
        let rows = session.load(sql).await?;
        let row = rows.first().ok_or_else(|| Fault::internal("no row of what is due"))?;
        let fault = |error: serde_json::Error| Fault::decode(error.into());
        let last: HashMap<String, Last> = serde_json::from_value(decode(row, 0)?).map_err(fault)?;
        let asked: Vec<(i32, String, NaiveDate)> =
            serde_json::from_value(decode(row, 1)?).map_err(fault)?;
        let messages = notification::are_waiting(&session).await?;
        Ok::<_, Fault>((last, asked, messages))
    };
    let read = read.await;
    session.finish();
    let (last, asked, messages) = read?;

    let last = |job: &Job| last.get(job.name).copied().unwrap_or_default();
    let now = kernel.clock.now();
    let today = actor.fixed_business_date.unwrap_or_else(|| actor.tenant.local_date(now));
    let by_the_clock = Job::all(actor.module).filter_map(|job| {
        let last = last(job);
        let due = !last.held && job.schedule.is_due(last, now, today);
        let actor = actor.clone();
        due.then_some(DueJob { job, actor, seen: Some(last.ran_at), asked: None })
    });
    let asked = asked.into_iter().filter_map(|(id, name, date)| {
        let job = Job::named(actor.module, &name).filter(|job| !last(job).held)?;
        let actor = Arc::new(Actor { fixed_business_date: Some(date), ..Actor::clone(&actor) });
        Some(DueJob { job, actor, seen: None, asked: Some(id) })
    });
    let jobs = asked.chain(by_the_clock).collect();
    Ok(Some(Due { actor: actor.clone(), jobs, messages }))
}

/// The work of one server.
pub struct Scheduler {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Scheduler {
    /// Begins to look what is due.
    pub fn start(kernel: Arc<Kernel>) -> Scheduler {
        let (stop, stopped) = watch::channel(false);
        let rounds = Rounds {
            kernel,
            stopped,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            running: HashMap::new(),
            resting: HashMap::new(),
        };
        Scheduler { stop, task: tokio::spawn(rounds.run()) }
    }

    /// Begins nothing more and waits, for so long at most, for the items under way.
    pub async fn stop(self, at_most: Duration) {
        // Fails when the rounds have ended already.
        let _ = self.stop.send(true);
        let abort = self.task.abort_handle();
        if timeout(at_most, self.task).await.is_err() {
            abort.abort();
        }
    }
}

/// A tenant and a job of it, or its messages.
type Place = (i32, &'static str);

struct Rounds {
    kernel: Arc<Kernel>,
    stopped: watch::Receiver<bool>,
    places: Arc<Semaphore>,
    running: HashMap<Place, JoinHandle<Option<Ended>>>,
    resting: HashMap<Place, Instant>,
}

impl Rounds {
    async fn run(mut self) {
        while !*self.stopped.borrow() {
            self.collect(false).await;
            for tenant in self.kernel.tenants().into_iter().filter(|tenant| tenant.active) {
                match due(&self.kernel, &tenant).await {
                    Ok(Some(due)) => self.begin(due),
                    Ok(None) => {}
                    Err(fault) => {
                        tracing::warn!(%fault, tenant = tenant.slug, "it is unknown what is due");
                    }
                }
            }
            // Ends early when the server stops.
            let _ = timeout(ROUND, self.stopped.changed()).await;
        }
        self.collect(true).await;
    }

    fn begin(&mut self, due: Due) {
        let tenant = due.actor.tenant.id;
        for due in due.jobs {
            let place = (tenant, due.job.name);
            let rests = self.resting.get(&place).is_some_and(|until| Instant::now() < *until);
            if rests && due.asked.is_none() || self.running.contains_key(&place) {
                continue;
            }
            let run = due.run(self.kernel.clone(), self.stopped.clone());
            let places = self.places.clone();
            let task = async move {
                let _place = places.acquire().await;
                let (job, tenant) = (run.job.name, run.actor.tenant.slug.clone());
                match run.make().await {
                    Ok(ran) => ran.map(|ran| ran.ended),
                    Err(fault) => {
                        tracing::error!(%fault, job, tenant, "a job was not run");
                        Some(Ended::Broken)
                    }
                }
            };
            self.running.insert(place, tokio::spawn(task));
        }
        let place = (tenant, "");
        if due.messages && !self.running.contains_key(&place) {
            let (kernel, stop) = (self.kernel.clone(), self.stopped.clone());
            let task = async move {
                if let Err(fault) = notification::deliver(&kernel, &due.actor, &stop).await {
                    tracing::warn!(%fault, tenant = due.actor.tenant.slug, "messages wait");
                }
                None
            };
            self.running.insert(place, tokio::spawn(task));
        }
    }

    /// Takes the runs that have ended off the list; waits for all of them at the end.
    async fn collect(&mut self, all: bool) {
        let ended: Vec<Place> = self
            .running
            .iter()
            .filter(|(_, task)| all || task.is_finished())
            .map(|(place, _)| *place)
            .collect();
        for place in ended {
            let Some(task) = self.running.remove(&place) else { continue };
            // A task that panicked rests like one that is broken.
            if task.await.unwrap_or(Some(Ended::Broken)) == Some(Ended::Broken) {
                self.resting.insert(place, Instant::now() + REST);
            }
        }
    }
}
