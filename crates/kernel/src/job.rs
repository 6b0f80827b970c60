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
pub use runner::{Ended, Failure, Ran};
pub use scheduler::Scheduler;

use futures_util::future::BoxFuture;

use crate::db::Tx;
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
    pub rule: for<'a> fn(&'a mut Tx, &'a str) -> BoxFuture<'a, Rule<()>>,
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

/// Declares a job: name, how often, what is due, and the rule for one item.
#[macro_export]
macro_rules! job {
    (
        $(#[doc = $doc:literal])*
        $vis:vis $constant:ident = $name:literal,
        daily, due $due:expr => $rule:path
    ) => {
        $crate::job!(
            @job [$($doc),*] [$vis $constant] $name, $crate::job::Schedule::Daily, $due, $rule
        );
    };
    (
        $(#[doc = $doc:literal])*
        $vis:vis $constant:ident = $name:literal,
        every $minutes:literal minutes, due $due:expr => $rule:path
    ) => {
        $crate::job!(
            @job [$($doc),*] [$vis $constant] $name, $crate::job::Schedule::Minutes($minutes),
            $due, $rule
        );
    };
    (
        @job [$($doc:literal),*] [$vis:vis $constant:ident] $name:literal, $schedule:expr,
        $due:expr, $rule:path
    ) => {
        $(#[doc = $doc])*
        $vis static $constant: $crate::job::Job = $crate::job::Job {
            name: $name,
            doc: concat!($($doc),*),
            schedule: $schedule,
            due: $due,
            rule: |tx, key| Box::pin($rule(tx, key)),
        };
    };
}
