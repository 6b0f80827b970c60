//! Work that the server does by itself, as data: which rows are due, and the rule for one of
//! them (spec 1.12).
//!
//! A job runs at least once: each item in a transaction of its own, so that a bad one never
//! stops the rest, and its rule looks again whether it is due, so that a rerun does no harm. One
//! runner per job and tenant, held by a lease that ends by itself. The actor is `system`.

mod ask;
mod job_run;
mod lease;
mod prune;
mod runner;
mod scheduler;

pub use ask::JOB_RUN;
pub use job_run::{JobRun, JobRunStatus};
pub use prune::OUTBOX_DAYS;
pub use runner::{Ended, Failure, Ran, now_is};
pub use scheduler::Scheduler;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::actor::{Actor, Origin};
use crate::db::{Fault, Tx};
use crate::kernel::Kernel;
use crate::module::Module;
use crate::refusal::Rule;

/// One kind of work.
pub struct Job {
    /// `expireDrafts`
    pub name: &'static str,
    pub doc: &'static str,
    pub schedule: Schedule,
    /// Answers the keys of what is due, as text, in the order of the work. It reads the business
    /// date in `bizgraph.business_date` and the instant of the run in `bizgraph.now`.
    pub due: &'static str,
    pub work: Work,
}

/// What is done with one item.
#[derive(Clone, Copy)]
pub enum Work {
    /// A rule in a transaction of its own, as nearly all are.
    Rule(for<'a> fn(&'a mut Tx, &'a str) -> BoxFuture<'a, Rule<()>>),
    /// Work that takes long or asks others, and opens transactions only around what it writes.
    Outside(for<'a> fn(&'a Outside, &'a str) -> BoxFuture<'a, Rule<()>>),
}

/// What work outside a transaction may use.
pub struct Outside {
    pub kernel: Arc<Kernel>,
    pub actor: Arc<Actor>,
    pub(crate) origin: Origin,
}

impl Outside {
    /// A transaction for what the work writes.
    ///
    /// # Errors
    /// See [`Tx::begin`].
    pub async fn begin(&self) -> Result<Tx, Fault> {
        self.kernel.begin(self.actor.clone(), self.origin.clone()).await
    }
}

/// How often a job runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Once every business date, after midnight of the tenant's zone.
    Daily,
    /// Every so many minutes.
    Minutes(u32),
}

impl Job {
    /// Every job of a module, the kernel's own among them.
    pub fn all(module: &Module) -> impl Iterator<Item = &'static Job> {
        prune::JOBS.iter().chain(module.jobs).copied()
    }

    /// The job with this name, of the module or of the kernel.
    pub fn named(module: &Module, name: &str) -> Option<&'static Job> {
        Job::all(module).find(|job| job.name == name)
    }
}

/// Declares a job: name, how often, what is due, and the rule for one item; `outside` before the
/// rule where it is no rule of one transaction.
#[macro_export]
macro_rules! job {
    (
        $(#[doc = $doc:literal])*
        $vis:vis $constant:ident = $name:literal,
        daily, due $due:expr => outside $work:path
    ) => {
        $crate::job!(
            @job [$($doc),*] [$vis $constant] $name, $crate::job::Schedule::Daily, $due,
            $crate::job::Work::Outside(|outside, key| Box::pin($work(outside, key)))
        );
    };
    (
        $(#[doc = $doc:literal])*
        $vis:vis $constant:ident = $name:literal,
        daily, due $due:expr => $rule:path
    ) => {
        $crate::job!(
            @job [$($doc),*] [$vis $constant] $name, $crate::job::Schedule::Daily, $due,
            $crate::job::Work::Rule(|tx, key| Box::pin($rule(tx, key)))
        );
    };
    (
        $(#[doc = $doc:literal])*
        $vis:vis $constant:ident = $name:literal,
        every $minutes:literal minutes, due $due:expr => outside $work:path
    ) => {
        $crate::job!(
            @job [$($doc),*] [$vis $constant] $name, $crate::job::Schedule::Minutes($minutes),
            $due, $crate::job::Work::Outside(|outside, key| Box::pin($work(outside, key)))
        );
    };
    (
        $(#[doc = $doc:literal])*
        $vis:vis $constant:ident = $name:literal,
        every $minutes:literal minutes, due $due:expr => $rule:path
    ) => {
        $crate::job!(
            @job [$($doc),*] [$vis $constant] $name, $crate::job::Schedule::Minutes($minutes),
            $due, $crate::job::Work::Rule(|tx, key| Box::pin($rule(tx, key)))
        );
    };
    (
        @job [$($doc:literal),*] [$vis:vis $constant:ident] $name:literal, $schedule:expr,
        $due:expr, $work:expr
    ) => {
        $(#[doc = $doc])*
        $vis static $constant: $crate::job::Job = $crate::job::Job {
            name: $name,
            doc: concat!($($doc),*),
            schedule: $schedule,
            due: $due,
            work: $work,
        };
    };
}
