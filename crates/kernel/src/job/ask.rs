//! Asking for a run of a job, for today or for a day that is past (spec 1.12).

use async_graphql::InputObject;
use chrono::NaiveDate;

use crate::db::Tx;
use crate::job::{Job, JobRun, JobRunStatus};
use crate::mutation;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::Date;

/// Which job to run.
#[derive(InputObject)]
#[graphql(name = "JobRunInput")]
pub struct Ask {
    /// Name of the job.
    pub job: String,
    /// The day to run it for; left out for today.
    pub business_date: Option<Date>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Asks for a run of a job; it begins within seconds. A rerun does no harm.
    pub JOB_RUN = "jobRun"(Ask) -> JobRun,
    permission "platform.job_run.create" => ask
}

async fn ask(tx: &mut Tx, input: Ask) -> Rule<JobRun> {
    let module = tx.actor.module;
    if Job::named(module, &input.job).is_none() {
        let names: Vec<&str> = Job::all(module).map(|job| job.name).collect();
        let message = format!("There is no job {:?}. There are: {}.", input.job, names.join(", "));
        tx.refuse(Refusal::new(Code::ReferenceNotFound, "job", message));
    }
    let (today, date) =
        (tx.business_date, input.business_date.map_or(tx.business_date, |day| day.0));
    tx.require(date <= today, || {
        let message = format!("Today is {today}. A job runs for today or for a day that is past.");
        Refusal::new(Code::OutOfRange, "businessDate", message)
    });
    tx.settle()?;
    queue(tx, &input.job, date).await
}

async fn queue(tx: &mut Tx, job: &str, date: NaiveDate) -> Rule<JobRun> {
    let asked_by = tx.actor.id.clone();
    tx.insert(vec![
        JobRun::JOB.to(job.to_owned()),
        JobRun::BUSINESS_DATE.to(date),
        JobRun::STATUS.to(JobRunStatus::Queued),
        JobRun::ASKED_BY.to(asked_by),
    ])
    .await
}

impl Tx {
    /// Lets a job run within seconds of the commit, for a rule whose work goes on outside.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn run_soon(&mut self, job: &Job) -> Rule<()> {
        let date = self.business_date;
        queue(self, job.name, date).await?;
        Ok(())
    }
}
