//! A loan that was agreed to and is not paid out says why, somebody is told, and it goes on by
//! itself when its telecom works again (spec 5.4, 5.10).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::provider_server::Mood;
use super::{lender, standing, telecom_id};
use crate::rim::ask;
use crate::rim_loans::{agreed, asked};
use crate::world::{Person, World, key};

const NOT_CALLED: &str =
    "The telecom of MTN failed too often and is not called; test its integration.";

/// What a person is told of paying the only loan out: whether, why not, and what it waits for.
async fn told(world: &World, person: &Person) -> Value {
    let query = "loans { nodes { waitsFor availableActions { action allowed reason } } }";
    let loan = ask(world, person, query).await["nodes"][0].clone();
    let actions = loan["availableActions"].as_array().unwrap();
    let disburse = actions.iter().find(|it| it["action"] == "disburse").unwrap();
    json!([disburse["allowed"], disburse["reason"], loan["waitsFor"]])
}

/// The code and the words with which paying out is refused.
async fn refusal(world: &World, person: &Person, loan: &str) -> Value {
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    let payload = world.call(person, "rimLoanDisburse", input, "").await;
    let error = &payload["userErrors"][0];
    json!([error["code"], error["message"]])
}

async fn alarms(world: &World) -> Value {
    let sql = "SELECT trigger_count FROM rim.system_alerts WHERE type = 'api_failure'";
    world.value(sql).await
}

async fn break_down(world: &World) {
    let sql = "UPDATE rim.api_integrations SET status = 'error', failure_count = 5";
    world.meddle(sql).await;
}

#[tokio::test]
async fn a_loan_says_that_it_waits_for_a_broken_telecom_and_goes_on_when_that_works_again() {
    let (world, server) = lender().await;
    let finance = world.person("finance").await;
    world.meddle("UPDATE rim.users SET credit_score = 700").await;
    break_down(&world).await;
    let loan = asked(&world, "1000.00").await;
    assert_eq!(told(&world, &finance).await, json!([false, NOT_CALLED, NOT_CALLED]));
    let refused = json!(["PRECONDITION_FAILED", NOT_CALLED]);
    assert_eq!(refusal(&world, &finance, &loan).await, refused);
    assert_eq!(world.run_job("payOutLoans").await, 0);
    // Whoever may not pay out, and the customer, still read what it waits for.
    let auditor = world.person("auditor").await;
    let rights = "Your role does not allow it.";
    assert_eq!(told(&world, &auditor).await, json!([false, rights, NOT_CALLED]));
    let ada = world.customer("ada").await;
    assert_eq!(told(&world, &ada).await, json!([false, rights, NOT_CALLED]));
    let admin = world.person("admin").await;
    let test = json!({ "apiIntegrationId": telecom_id(&world).await });
    world.done(&admin, "rimApiIntegrationTest", test, "").await;
    assert_eq!(told(&world, &finance).await, json!([true, null, null]));
    assert_eq!(world.run_job("payOutLoans").await, 1);
    assert_eq!(standing(&world).await["loan"], "disbursed");
    assert_eq!(server.paid(), 1);
    let done = "Not possible while the loan is disbursed.";
    assert_eq!(told(&world, &finance).await, json!([false, done, null]));
    world.verify().await;
}

#[tokio::test]
async fn a_loan_says_what_else_it_waits_for() {
    let (world, server) = lender().await;
    let finance = world.person("finance").await;
    let loan = agreed(&world, "1000.00").await;
    assert_eq!(told(&world, &finance).await, json!([true, null, null]));
    world.meddle("UPDATE rim.users SET status = 'inactive'").await;
    let inactive = "The customer is not active and gets no loans; activate the customer first.";
    assert_eq!(told(&world, &finance).await, json!([false, inactive, inactive]));
    let refused = json!(["NOT_ELIGIBLE", inactive]);
    assert_eq!(refusal(&world, &finance, &loan).await, refused);
    world.meddle("UPDATE rim.users SET status = 'active'").await;
    world.meddle("UPDATE rim.api_integrations SET status = 'inactive'").await;
    let nobody = "No telecom of MTN is connected; activate its integration.";
    assert_eq!(told(&world, &finance).await, json!([false, nobody, nobody]));
    let refused = json!(["PRECONDITION_FAILED", nobody]);
    assert_eq!(refusal(&world, &finance, &loan).await, refused);
    world.meddle("UPDATE rim.api_integrations SET status = 'active'").await;
    server.is(Mood::TakesItsTime);
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    world.done(&finance, "rimLoanDisburse", input, "").await;
    let moving = "Its airtime is on its way; wait for its end.";
    assert_eq!(told(&world, &finance).await, json!([false, moving, moving]));
    assert_eq!(refusal(&world, &finance, &loan).await[0], "PRECONDITION_FAILED");
}

#[tokio::test]
async fn a_telecom_that_breaks_down_is_told_of_once() {
    let (world, server) = lender().await;
    let finance = world.person("finance").await;
    let loan = agreed(&world, "1000.00").await;
    world.meddle("UPDATE rim.api_integrations SET failure_count = 4").await;
    assert_eq!(alarms(&world).await, 0);
    server.is(Mood::Refuses);
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    world.done(&finance, "rimLoanDisburse", input, "").await;
    assert_eq!(standing(&world).await["telecom"], "error");
    assert_eq!(alarms(&world).await, 1);
    let firings = "SELECT count(*) FROM rim.alert_firings f JOIN rim.system_alerts a \
                   ON a.id = f.system_alert_id WHERE a.type = 'api_failure'";
    assert_eq!(world.value(firings).await, 1);
}

#[tokio::test]
async fn a_loan_that_is_agreed_to_while_its_telecom_is_broken_is_told_of() {
    let (world, _server) = lender().await;
    crate::rim_loans::allow_loans(&world, 9).await;
    agreed(&world, "100.00").await;
    assert_eq!(alarms(&world).await, 0);
    break_down(&world).await;
    agreed(&world, "100.00").await;
    assert_eq!(alarms(&world).await, 1);
    // Not again before the pause of the alert is over.
    agreed(&world, "100.00").await;
    assert_eq!(alarms(&world).await, 1);
    world.clock.advance(TimeDelta::minutes(61));
    agreed(&world, "100.00").await;
    assert_eq!(alarms(&world).await, 2);
}
