//! Paying out in two steps with the call between them (spec 5.5).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::lender;
use super::provider_server::Mood;
use super::standing;
use crate::rim_loans::{agreed, asked, figures};
use crate::world::{World, key};

async fn disburse(world: &World, loan: &str) -> Value {
    let finance = world.person("finance").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    world.done(&finance, "rimLoanDisburse", input, "loan { status telcoReference }").await
}

fn stands(airtime: &str, loan: &str, attempts: i32, failures: i32) -> Value {
    json!({
        "airtime": airtime, "loan": loan, "attempts": attempts, "failures": failures,
        "telecom": "active",
    })
}

async fn minutes(world: &World, minutes: i64, job: &str) -> i32 {
    world.clock.advance(TimeDelta::minutes(minutes));
    world.run_job(job).await
}

#[tokio::test]
async fn airtime_that_the_telecom_pays_starts_the_loan_at_once() {
    let (world, server) = lender().await;
    let loan = agreed(&world, "1000.00").await;
    let payload = disburse(&world, &loan).await;
    let paid_out = json!({ "status": "DISBURSED", "telcoReference": "MTN-1" });
    assert_eq!(payload["loan"], paid_out);
    let order = server.calls().pop().unwrap();
    let body: Value = serde_json::from_str(&order.body).unwrap();
    assert_eq!(
        body,
        json!({
            "reference": "TRX-2026-000001", "phone": "+2348030000001", "amount": "1000.00",
            "currency": "NGN", "network": "MTN",
        })
    );
    assert_eq!(order.headers["authorization"], "Bearer key-0123456789");
    assert_eq!(order.headers["idempotency-key"], "TRX-2026-000001");
    let timestamp = order.headers["x-bizgraph-timestamp"].to_str().unwrap();
    let signature =
        bizgraph_kernel::callback::sign(super::SECRET, timestamp, order.body.as_bytes()).unwrap();
    assert_eq!(order.headers["x-bizgraph-signature"], signature.as_str());
    world.verify().await;
}

#[tokio::test]
async fn a_loan_that_the_rules_agree_to_is_paid_out_without_a_person() {
    let (world, server) = lender().await;
    world.meddle("UPDATE rim.users SET credit_score = 700").await;
    asked(&world, "1000.00").await;
    assert_eq!(standing(&world).await, stands("completed", "disbursed", 0, 0));
    assert_eq!((server.paid(), &figures(&world).await["total_loans"]), (1, &json!(1)));
    world.verify().await;
}

#[tokio::test]
async fn a_loan_that_the_rules_agreed_to_before_a_telecom_was_there_is_paid_out_later() {
    let (world, server) = lender().await;
    world.meddle("UPDATE rim.users SET credit_score = 700").await;
    world.meddle("UPDATE rim.api_integrations SET status = 'inactive'").await;
    asked(&world, "1000.00").await;
    assert_eq!(world.run_job("payOutLoans").await, 0);
    world.meddle("UPDATE rim.api_integrations SET status = 'active'").await;
    assert_eq!(world.run_job("payOutLoans").await, 1);
    assert_eq!(standing(&world).await, stands("completed", "disbursed", 0, 0));
    assert_eq!((world.run_job("payOutLoans").await, server.paid()), (0, 1));
}

#[tokio::test]
async fn a_loan_that_a_person_agreed_to_waits_for_a_person() {
    let (world, _) = lender().await;
    agreed(&world, "1000.00").await;
    assert_eq!(minutes(&world, 5, "payOutLoans").await, 0);
}

#[tokio::test]
async fn a_refusal_leaves_the_loan_agreed_to_and_is_tried_three_times_in_all() {
    let (world, server) = lender().await;
    server.is(Mood::Refuses);
    let loan = agreed(&world, "1000.00").await;
    disburse(&world, &loan).await;
    assert_eq!(standing(&world).await, stands("failed", "approved", 1, 1));
    let reason = "SELECT failure_reason FROM rim.transactions";
    assert_eq!(world.value(reason).await, "HTTP status 422: no such phone");
    assert_eq!(world.run_job("payOutLoans").await, 0);
    assert_eq!(minutes(&world, 1, "payOutLoans").await, 1);
    assert_eq!(standing(&world).await, stands("failed", "approved", 2, 2));
    assert_eq!(minutes(&world, 1, "payOutLoans").await, 0);
    assert_eq!(minutes(&world, 1, "payOutLoans").await, 1);
    assert_eq!(standing(&world).await, stands("failed", "approved", 3, 3));
    assert_eq!(minutes(&world, 60, "payOutLoans").await, 0);
    let failed = "SELECT count(*) FROM rim.api_calls WHERE purpose = 'airtime' AND NOT succeeded";
    assert_eq!(world.value(failed).await, 3);
    world.verify().await;
}

#[tokio::test]
async fn a_timeout_stays_open_until_the_telecom_is_asked() {
    let (world, server) = lender().await;
    server.is(Mood::PaysAndStalls);
    let loan = agreed(&world, "1000.00").await;
    disburse(&world, &loan).await;
    assert_eq!(standing(&world).await, stands("pending", "approved", 0, 1));
    assert_eq!(world.run_job("askTelecoms").await, 0);
    server.is(Mood::Pays);
    assert_eq!(minutes(&world, 1, "askTelecoms").await, 1);
    assert_eq!(standing(&world).await, stands("completed", "disbursed", 0, 0));
    assert_eq!(server.paid(), 1);
    world.verify().await;
}

#[tokio::test]
async fn an_order_that_never_reached_the_telecom_is_sent_again_under_its_reference() {
    let (world, server) = lender().await;
    server.is(Mood::Stalls);
    let loan = agreed(&world, "1000.00").await;
    disburse(&world, &loan).await;
    server.is(Mood::Pays);
    assert_eq!(minutes(&world, 1, "askTelecoms").await, 1);
    assert_eq!(standing(&world).await, stands("pending", "approved", 0, 1));
    assert_eq!(world.run_job("askTelecoms").await, 1);
    assert_eq!(standing(&world).await, stands("completed", "disbursed", 0, 0));
    let orders = server.calls().into_iter().filter(|call| call.path == "/v1/airtime");
    let bodies: Vec<String> = orders.map(|call| call.body).collect();
    assert_eq!((bodies.len(), &bodies[0]), (2, &bodies[1]));
}

#[tokio::test]
async fn a_telecom_that_takes_its_time_is_asked_ever_less_often() {
    let (world, server) = lender().await;
    server.is(Mood::TakesItsTime);
    let loan = agreed(&world, "1000.00").await;
    disburse(&world, &loan).await;
    server.is(Mood::Fails);
    let mut asked = Vec::new();
    for minute in 1..=3 {
        if minutes(&world, 1, "askTelecoms").await == 1 {
            asked.push(minute);
        }
    }
    assert_eq!(asked, [1, 2, 3]);
    world.meddle("UPDATE rim.api_integrations SET failure_count = 0").await;
    assert_eq!(minutes(&world, 60, "askTelecoms").await, 1);
    assert_eq!(minutes(&world, 5, "askTelecoms").await, 0);
    assert_eq!(minutes(&world, 2, "askTelecoms").await, 1);
    server.is(Mood::TakesItsTime);
    assert_eq!(minutes(&world, 8, "askTelecoms").await, 1);
    assert_eq!(standing(&world).await["loan"], "disbursed");
}

#[tokio::test]
async fn a_server_that_stopped_between_the_steps_heals() {
    let (world, server) = lender().await;
    let loan = agreed(&world, "1000.00").await;
    server.is(Mood::PaysAndStalls);
    let finance = world.person("finance").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    {
        // Dropped in the middle of the call, as when the server is killed.
        let calling = world.call(&finance, "rimLoanDisburse", input, "");
        tokio::pin!(calling);
        loop {
            tokio::select! {
                biased;
                _ = &mut calling => panic!("the call came to its end"),
                () = tokio::task::yield_now() => {}
            }
            if server.paid() == 1 {
                break;
            }
        }
    }
    assert_eq!(standing(&world).await, stands("pending", "approved", 0, 0));
    server.is(Mood::Pays);
    assert_eq!(minutes(&world, 1, "askTelecoms").await, 1);
    assert_eq!(standing(&world).await, stands("completed", "disbursed", 0, 0));
    assert_eq!(server.paid(), 1);
    world.verify().await;
}

#[tokio::test]
async fn the_same_call_twice_pays_once() {
    let (world, server) = lender().await;
    let loan = agreed(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    let (one, two) = tokio::join!(
        world.done(&finance, "rimLoanDisburse", input.clone(), ""),
        world.done(&finance, "rimLoanDisburse", input.clone(), ""),
    );
    assert!(one["replayed"] != two["replayed"], "{one} {two}");
    let orders = server.calls().iter().filter(|call| call.path == "/v1/airtime").count();
    assert_eq!((orders, server.paid()), (1, 1));
    assert_eq!(standing(&world).await["loan"], "disbursed");
}

#[tokio::test]
async fn an_answer_that_comes_after_a_person_decided_changes_nothing() {
    let (world, server) = lender().await;
    server.is(Mood::PaysAndStalls);
    let loan = agreed(&world, "1000.00").await;
    disburse(&world, &loan).await;
    let finance = world.person("finance").await;
    let airtime = crate::rim::id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    let input = json!({ "transactionId": airtime, "idempotencyKey": key() });
    world.done(&finance, "rimTransactionConfirm", input, "").await;
    server.is(Mood::Pays);
    assert_eq!(minutes(&world, 1, "askTelecoms").await, 0);
    assert_eq!(standing(&world).await, stands("completed", "disbursed", 0, 0));
}
