//! What providers took back: airtime leaves its loan agreed to, a payment is taken back from the
//! loans (spec 5.4, 5.6). It has one effect, or none and a reason.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::callbacks::{Desk, airtime, on_its_way, paid};
use super::{lent, telecom_id};
use crate::rim_loans::{figures, loans, repaid};
use crate::world::key;

/// Everything that a reversal could change.
async fn books(desk: &Desk) -> Vec<Value> {
    let sql = "SELECT to_jsonb(l) AS row FROM rim.loans l UNION ALL \
               SELECT to_jsonb(t) FROM rim.transactions t UNION ALL \
               SELECT to_jsonb(r) FROM rim.loan_repayments r UNION ALL \
               SELECT to_jsonb(u) FROM rim.users u UNION ALL \
               SELECT to_jsonb(c) FROM rim.provider_callbacks c";
    desk.world.rows(sql).await
}

/// What every test here begins with: a loan of 1,000 that the telecom paid out.
async fn desk_that_lent() -> (Desk, String) {
    let desk = Desk::open().await;
    lent(&desk.world, "1000.00").await;
    let telecom = telecom_id(&desk.world).await;
    (desk, telecom)
}

#[tokio::test]
async fn airtime_that_its_telecom_took_back_leaves_the_loan_agreed_to_once() {
    let (desk, telecom) = desk_that_lent().await;
    let first = desk.done(&telecom, airtime("reversed")).await;
    assert_eq!(first, json!({ "transactionId": "TRX-2026-000001", "status": "refunded" }));
    assert_eq!(desk.done(&telecom, airtime("reversed")).await, first);
    let loan = "SELECT status, disbursed_at, due_date, telco_reference, approved_at IS NOT NULL \
                AS agreed, outstanding_amount::text AS due FROM rim.loans";
    assert_eq!(
        desk.world.rows(loan).await,
        [json!({
            "status": "approved", "disbursed_at": null, "due_date": null, "telco_reference": null,
            "agreed": true, "due": "1150.00",
        })]
    );
    let money = "SELECT status, refund_reference, refund_reason, refunded_by, \
                 refunded_at IS NOT NULL AS dated FROM rim.transactions";
    assert_eq!(
        desk.world.rows(money).await,
        [json!({
            "status": "refunded", "refund_reference": "MTN-77", "refund_reason": "no credit",
            "refunded_by": null, "dated": true,
        })]
    );
    let moves = "SELECT count(*) FROM rim.audit_entries WHERE entity = 'RimLoan' \
                 AND action = 'undisburse' AND actor_name = 'MTN airtime'";
    assert_eq!(desk.world.value(moves).await, 1);
    assert_eq!(figures(&desk.world).await["repayment_status"], "Pending");
    desk.world.verify().await;
}

#[tokio::test]
async fn a_reversal_that_is_told_ten_times_at_once_counts_once() {
    let (desk, telecom) = desk_that_lent().await;
    let told = airtime("reversed");
    let answers = futures_util::future::join_all((0..10).map(|_| desk.tells(&telecom, &told)));
    for (status, answer) in answers.await {
        assert_eq!((status, &answer["status"]), (StatusCode::OK, &json!("refunded")));
    }
    let moves = "SELECT count(*) FROM rim.audit_entries WHERE action = 'undisburse'";
    assert_eq!(desk.world.value(moves).await, 1);
    desk.world.verify().await;
}

#[tokio::test]
async fn airtime_of_a_loan_that_is_being_paid_back_is_not_taken_back() {
    let (desk, telecom) = desk_that_lent().await;
    repaid(&desk.world, "100.00").await;
    let before = books(&desk).await;
    for _ in 0..2 {
        let (status, answer) = desk.tells(&telecom, &airtime("reversed")).await;
        let error = &answer["errors"][0];
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        assert_eq!(error["extensions"]["code"], "PRECONDITION_FAILED");
        let says = error["message"].as_str().unwrap();
        assert!(says.contains("repaying") && says.contains("100.00"), "{says}");
    }
    assert_eq!(books(&desk).await, before);
}

#[tokio::test]
async fn airtime_that_was_taken_back_before_it_was_told_to_arrive_did_not_arrive() {
    let desk = Desk::open().await;
    let telecom = on_its_way(&desk).await;
    let told = desk.done(&telecom, airtime("reversed")).await;
    assert_eq!(told["status"], "failed");
    let row = "SELECT t.status AS airtime, t.failure_reason AS why, l.status AS loan, \
               l.disbursement_attempts AS attempts FROM rim.transactions t, rim.loans l";
    let failed =
        json!({ "airtime": "failed", "why": "no credit", "loan": "approved", "attempts": 1 });
    assert_eq!(desk.world.rows(row).await, [failed]);
    let refused = desk.refused(&telecom, airtime("completed")).await;
    assert_eq!(refused, (422, "INVALID_TRANSITION".to_owned()));
    desk.world.verify().await;
}

#[tokio::test]
async fn what_was_found_on_a_statement_is_not_taken_back() {
    let (desk, telecom) = desk_that_lent().await;
    let finance = desk.world.person("finance").await;
    let input =
        json!({ "name": "March", "provider": "MTN Nigeria", "statementDate": "2026-03-02" });
    let shown = "reconciliationBatch { id }";
    let batch = desk.world.done(&finance, "rimReconciliationBatchCreate", input, shown).await;
    let airtime_id = crate::rim::id_of(&desk.world, "transactions", "type: { eq: AIRTIME }").await;
    let input = json!({
        "transactionId": airtime_id, "statementLine": "7", "statementAmount": "1000.00",
        "reconciliationBatchId": batch["reconciliationBatch"]["id"],
    });
    desk.world.done(&finance, "rimTransactionReconcile", input, "").await;
    let before = books(&desk).await;
    let refused = desk.refused(&telecom, airtime("reversed")).await;
    assert_eq!(refused, (422, "PRECONDITION_FAILED".to_owned()));
    assert_eq!(books(&desk).await, before);
}

#[tokio::test]
async fn a_loan_whose_airtime_was_taken_back_is_paid_out_again_by_a_person_only() {
    let (desk, telecom) = desk_that_lent().await;
    desk.done(&telecom, airtime("reversed")).await;
    let refused = desk.refused(&telecom, airtime("failed")).await;
    assert_eq!(refused, (422, "INVALID_TRANSITION".to_owned()));
    desk.world.meddle("UPDATE rim.loans SET auto_approved = TRUE").await;
    desk.world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(desk.world.run_job("payOutLoans").await, 0);
    let finance = desk.world.person("finance").await;
    let loan = crate::rim::id_of(&desk.world, "loans", "status: { eq: APPROVED }").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    desk.world.done(&finance, "rimLoanDisburse", input, "").await;
    assert_eq!(loans(&desk.world).await[0]["status"], "disbursed");
    desk.world.verify().await;
}

#[tokio::test]
async fn a_payment_that_its_gateway_took_back_is_taken_back_from_the_loans_once() {
    let (desk, _) = desk_that_lent().await;
    let before = figures(&desk.world).await;
    desk.done(&desk.gateway, paid("PSK-1", "1150.00", "completed")).await;
    assert_eq!(loans(&desk.world).await[0]["status"], "completed");
    let mut told = paid("PSK-1", "1150.00", "reversed");
    told["providerReference"] = json!("CHARGEBACK-1");
    let first = desk.done(&desk.gateway, told.clone()).await;
    assert_eq!(first["status"], "refunded");
    assert_eq!(desk.done(&desk.gateway, told).await, first);
    let open = json!({ "status": "disbursed", "paid": "0.00", "due": "1150.00" });
    assert_eq!(loans(&desk.world).await, [open]);
    assert_eq!(figures(&desk.world).await, before);
    let proof = "SELECT refund_reference FROM rim.transactions WHERE type = 'repayment'";
    assert_eq!(desk.world.value(proof).await, "CHARGEBACK-1");
    desk.world.verify().await;
}

#[tokio::test]
async fn a_payment_is_taken_back_from_where_it_stands() {
    let (desk, _) = desk_that_lent().await;
    let unknown = desk.refused(&desk.gateway, paid("PSK-1", "150.00", "reversed")).await;
    assert_eq!(unknown, (404, "NOT_FOUND".to_owned()));
    let rows = "SELECT count(*) FROM rim.transactions WHERE type = 'repayment'";
    assert_eq!(desk.world.value(rows).await, 0);
    for (reference, earlier, end) in [
        ("PSK-1", "pending", "failed"),
        ("PSK-2", "failed", "refunded"),
        ("PSK-3", "completed", "refunded"),
    ] {
        desk.done(&desk.gateway, paid(reference, "150.00", earlier)).await;
        let told = desk.done(&desk.gateway, paid(reference, "150.00", "reversed")).await;
        assert_eq!(told["status"], end, "{earlier}");
    }
    assert_eq!(loans(&desk.world).await[0]["paid"], "0.00");
    let other = desk.refused(&desk.gateway, paid("PSK-3", "151.00", "reversed")).await;
    assert_eq!(other, (409, "IDEMPOTENCY_KEY_REUSED".to_owned()));
    desk.world.verify().await;
}

#[tokio::test]
async fn what_a_gateway_took_back_counts_after_it_was_switched_off() {
    let (desk, _) = desk_that_lent().await;
    desk.done(&desk.gateway, paid("PSK-1", "150.00", "completed")).await;
    let admin = desk.world.person("admin").await;
    let input = json!({ "apiIntegrationId": desk.gateway });
    desk.world.done(&admin, "rimApiIntegrationDeactivate", input, "").await;
    let refused = desk.refused(&desk.gateway, paid("PSK-2", "150.00", "completed")).await;
    assert_eq!(refused, (422, "PRECONDITION_FAILED".to_owned()));
    desk.done(&desk.gateway, paid("PSK-1", "150.00", "reversed")).await;
    assert_eq!(loans(&desk.world).await[0]["paid"], "0.00");
    desk.world.verify().await;
}
