//! Runs that a person asks for.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_administrator_asks_for_a_run_and_sees_what_became_of_it() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let tenant = world.kernel.tenant("bizhub").unwrap();
    world.kernel.run_due_jobs(&tenant).await.unwrap();
    let input = json!({"job": "alertLowStock", "businessDate": "2026-02-20", "reason": "Again"});
    let shown = "jobRun { id status businessDate startedAt }";
    let asked = world.done(&admin, "jobRun", input, shown).await;
    assert_eq!(asked["jobRun"]["status"], "QUEUED");
    assert_eq!(asked["jobRun"]["startedAt"], json!(null));

    let ran = world.kernel.run_due_jobs(&tenant).await.unwrap();
    assert_eq!(ran.len(), 1);
    assert_eq!(
        (ran[0].job, ran[0].business_date.to_string().as_str()),
        ("alertLowStock", "2026-02-20")
    );
    let id = &asked["jobRun"]["id"];
    let query = format!("{{ platform {{ jobRun(id: {id}) {{ status succeeded finishedAt }} }} }}");
    let data = world.read(&admin, &query).await;
    let expected = json!({"status": "DONE", "succeeded": 0, "finishedAt": "2026-03-02T09:00:00Z"});
    assert_eq!(data["platform"]["jobRun"], expected);
    // The run of a past day does not make today's due again.
    assert_eq!(world.kernel.run_due_jobs(&tenant).await.unwrap(), []);
}

#[tokio::test]
async fn a_job_that_does_not_exist_and_a_day_to_come_are_refused() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let input = json!({"job": "paySalaries", "businessDate": "2026-03-03"});
    let refused = world.refused(&admin, "jobRun", input).await;
    assert_eq!(refused, ["REFERENCE_NOT_FOUND job", "OUT_OF_RANGE businessDate"]);
    let manager = world.person("manager").await;
    let refused = world.refused(&manager, "jobRun", json!({"job": "alertLowStock"})).await;
    assert_eq!(refused, ["FORBIDDEN "]);
    assert_eq!(world.value("SELECT count(*) FROM bizhub.job_runs").await, json!(0));
}
