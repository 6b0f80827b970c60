//! One run: what is due, item by item, for a day.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::job::{Ended, Job, Ran};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::json;

use crate::world::World;

/// Runs a job of these tests.
async fn run(world: &World, job: &'static Job) -> Ran {
    let tenant = world.kernel.tenant("bizhub").unwrap();
    world.kernel.run_job(&tenant, job, None).await.unwrap().unwrap()
}

job! {
    /// Renames lead sources, one of which cannot be and one of which is a defect.
    RENAME = "rename", daily, due "SELECT n::text FROM generate_series(1, 4) n" => rename
}

async fn rename(tx: &mut Tx, key: &str) -> Rule<()> {
    let mut sql = Sql::new("UPDATE lead_sources SET source_name = 'done ' || id WHERE id::text = ");
    sql.bind(Bind::Text(Some(key.to_owned())));
    tx.execute(sql).await?;
    match key {
        "2" => Err(Refusal::new(Code::PreconditionFailed, "", "The second is bad.").into()),
        "3" => panic!("a defect"),
        _ => Ok(()),
    }
}

#[tokio::test]
async fn a_bad_item_stops_nothing_and_leaves_nothing_behind() {
    let world = World::new().await;
    let ran = run(&world, &RENAME).await;
    assert_eq!((ran.succeeded, ran.failed, ran.ended), (2, 2, Ended::Done));
    let told = ran.failures.iter().map(|it| (it.item.as_deref().unwrap(), it.message.as_str()));
    let server = "The server failed; its log says why.";
    assert_eq!(told.collect::<Vec<_>>(), [("2", "The second is bad."), ("3", server)]);
    let sql = "SELECT id FROM bizhub.lead_sources WHERE source_name LIKE 'done%' ORDER BY id";
    assert_eq!(world.rows(sql).await, [json!({"id": 1}), json!({"id": 4})]);
}

#[tokio::test]
async fn a_run_is_recorded_with_its_counts_and_failures_and_readable() {
    let world = World::new().await;
    run(&world, &RENAME).await;
    let query = "{ platform { jobRuns { nodes { job businessDate status askedBy succeeded failed \
                 failures milliseconds } } } }";
    let manager = world.person("manager").await;
    let data = world.read(&manager, query).await;
    assert_eq!(
        data["platform"]["jobRuns"]["nodes"],
        json!([{
            "job": "rename", "businessDate": "2026-03-02", "status": "DONE", "askedBy": "system",
            "succeeded": 2, "failed": 2, "milliseconds": 0,
            "failures": [
                {"item": "2", "message": "The second is bad."},
                {"item": "3", "message": "The server failed; its log says why."},
            ],
        }])
    );
    let sales = world.person("sales").await;
    let answer = world.send(&sales, query, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

job! {
    /// Looks whether rule and query are on the same day.
    LOOK = "look", every 5 minutes,
    due "SELECT current_setting('bizgraph.business_date') || ' ' || \
         to_char(current_setting('bizgraph.now')::timestamptz AT TIME ZONE 'UTC', 'HH24:MI')"
    => look
}

async fn look(tx: &mut Tx, key: &str) -> Rule<()> {
    let here = format!("{} {}", tx.business_date, tx.now.format("%H:%M"));
    if here != key || !tx.actor.is_system() {
        return Err(Fault::internal(format!("{here}, not {key}")).into());
    }
    Ok(())
}

#[tokio::test]
async fn a_run_for_a_past_day_has_that_day_as_its_business_date() {
    let world = World::new().await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    let day = "2026-02-11".parse().unwrap();
    let ran = world.kernel.run_job(&tenant, &LOOK, Some(day)).await.unwrap().unwrap();
    assert_eq!((ran.succeeded, ran.failed, ran.business_date), (1, 0, day));
}

#[tokio::test]
async fn a_day_that_the_tenant_fixed_is_the_day_of_its_jobs() {
    let world = World::new().await;
    let fixed = "INSERT INTO bizhub.tenant_settings (key, value) \
                 VALUES ('business_date', '\"2026-02-27\"')";
    world.meddle(fixed).await;
    let ran = run(&world, &LOOK).await;
    assert_eq!((ran.succeeded, ran.business_date.to_string().as_str()), (1, "2026-02-27"));
}

job! {
    /// Cannot read what is due.
    BROKEN = "broken", daily, due "SELECT nothing FROM nowhere" => look
}

#[tokio::test]
async fn a_run_that_cannot_read_what_is_due_says_so_and_is_due_again() {
    let world = World::new().await;
    let ran = run(&world, &BROKEN).await;
    assert_eq!((ran.failed, ran.ended), (1, Ended::Broken));
    let sql = "SELECT r.status, l.ran_for, l.holder, r.failures->0->>'item' AS item \
               FROM bizhub.job_runs r, bizhub.job_leases l";
    let expected = json!({"status": "interrupted", "ran_for": null, "holder": null, "item": null});
    assert_eq!(world.rows(sql).await, [expected]);
}
