//! Paid out, paid back, given up, recovered (spec 5.4).

use chrono::TimeDelta;
use serde_json::json;

use super::{
    agreed, allow_loans, connect_telecom, figures, lent, loans, refused_move, repaid, repayment,
    sent, set,
};
use crate::world::{World, key};

#[tokio::test]
async fn airtime_that_arrived_starts_the_loan_until_the_end_of_its_last_day() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let sql = "SELECT l.status, l.due_date AT TIME ZONE 'Africa/Lagos' AS due, l.telco_reference, \
               t.status AS airtime, t.amount::text, t.provider FROM rim.loans l \
               JOIN rim.transactions t ON t.loan_id = l.id";
    assert_eq!(
        world.rows(sql).await,
        [json!({
            "status": "disbursed", "due": "2026-03-16T23:59:59.999999", "telco_reference": "T-1",
            "airtime": "completed", "amount": "1000.00", "provider": "MTN Nigeria",
        })]
    );
    world.verify().await;
}

#[tokio::test]
async fn without_a_telecom_nothing_is_paid_out() {
    let world = World::rim().await;
    let loan = agreed(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let refused = refused_move(&world, &finance, "rimLoanDisburse", &loan).await;
    assert_eq!(refused, ["PRECONDITION_FAILED loanId"]);
}

#[tokio::test]
async fn airtime_goes_out_once_at_a_time() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let loan = agreed(&world, "1000.00").await;
    let airtime = sent(&world, &loan).await;
    let finance = world.person("finance").await;
    let refused = refused_move(&world, &finance, "rimLoanDisburse", &loan).await;
    assert_eq!(refused, ["PRECONDITION_FAILED loanId"]);
    let input = json!({ "transactionId": airtime, "reason": "No answer", "idempotencyKey": key() });
    world.done(&finance, "rimTransactionFail", input, "").await;
    let sql = "SELECT l.status, l.disbursement_attempts, i.failure_count FROM rim.loans l, \
               rim.api_integrations i WHERE i.network = 'MTN'";
    let failed = json!({ "status": "approved", "disbursement_attempts": 1, "failure_count": 1 });
    assert_eq!(world.rows(sql).await, [failed]);
    sent(&world, &loan).await;
}

#[tokio::test]
async fn a_loan_paid_back_in_time_raises_limit_and_score() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    repaid(&world, "150.00").await;
    assert_eq!(figures(&world).await["repayment_status"], "Partial");
    repaid(&world, "1000.00").await;
    let done = json!({ "status": "completed", "paid": "1150.00", "due": "0.00" });
    assert_eq!(loans(&world).await, [done]);
    assert_eq!(
        figures(&world).await,
        json!({
            "repayment_status": "Completed", "repaid": "1150.00", "total_loans": 1,
            "credit": "0.00", "limit": "11000.00", "credit_score": 520,
        })
    );
    let change = "SELECT old_limit::text, new_limit::text, old_score, new_score \
                  FROM rim.credit_limit_changes";
    let kept = json!({
        "old_limit": "10000.00", "new_limit": "11000.00", "old_score": 500, "new_score": 520,
    });
    assert_eq!(world.rows(change).await, [kept]);
    world.verify().await;
}

#[tokio::test]
async fn a_limit_that_does_not_follow_stays() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    world.meddle("UPDATE rim.users SET auto_limit_enabled = FALSE").await;
    lent(&world, "1000.00").await;
    repaid(&world, "1150.00").await;
    let figures = figures(&world).await;
    assert_eq!((&figures["limit"], &figures["credit_score"]), (&json!("10000.00"), &json!(520)));
}

#[tokio::test]
async fn days_of_grace_cost_nothing_and_later_ones_cost_points() {
    for (days, score) in [(21, 500), (23, 460)] {
        let world = World::rim().await;
        connect_telecom(&world).await;
        lent(&world, "1000.00").await;
        world.clock.advance(TimeDelta::days(days));
        repaid(&world, "1150.00").await;
        let figures = figures(&world).await;
        assert_eq!(figures["credit_score"], score, "after {days} days");
        assert_eq!(figures["limit"], "10000.00");
    }
}

#[tokio::test]
async fn a_repayment_goes_to_the_loan_that_is_due_first_unless_another_is_named() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    allow_loans(&world, 3).await;
    lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(1));
    let second = lent(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let mut input = repayment(&world, "100.00").await;
    input["loanId"] = json!(second);
    world.done(&finance, "rimTransactionCreate", input, "").await;
    repaid(&world, "1200.00").await;
    let rows = loans(&world).await;
    assert_eq!(rows[0], json!({ "status": "completed", "paid": "1150.00", "due": "0.00" }));
    assert_eq!(rows[1], json!({ "status": "repaying", "paid": "150.00", "due": "1000.00" }));
    world.verify().await;
}

#[tokio::test]
async fn more_than_is_owed_is_refused() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let input = repayment(&world, "1150.01").await;
    let refused = world.refused(&finance, "rimTransactionCreate", input).await;
    assert_eq!(refused, ["OVERPAYMENT amount"]);
}

#[tokio::test]
async fn what_is_paid_beyond_the_debt_goes_to_the_next_loan_where_that_is_allowed() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    set(&world, "repayments", "allow_credit", "true").await;
    lent(&world, "1000.00").await;
    repaid(&world, "1250.00").await;
    assert_eq!(figures(&world).await["credit"], "100.00");
    world.verify().await;
    lent(&world, "1000.00").await;
    let second = json!({ "status": "repaying", "paid": "100.00", "due": "1050.00" });
    assert_eq!(loans(&world).await[1], second);
    assert_eq!(figures(&world).await["credit"], "0.00");
    world.verify().await;
}

#[tokio::test]
async fn what_a_customer_announces_counts_when_it_is_confirmed() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let ada = world.customer("ada").await;
    let mut input = repayment(&world, "1150.00").await;
    let refused = world.refused(&ada, "rimTransactionCreate", input.clone()).await;
    assert_eq!(refused, ["FORBIDDEN arrived"]);
    input["arrived"] = json!(false);
    let shown = "transaction { id status }";
    let payload = world.done(&ada, "rimTransactionCreate", input, shown).await;
    assert_eq!(payload["transaction"]["status"], "PENDING");
    assert_eq!(loans(&world).await[0]["status"], "disbursed");
    let finance = world.person("finance").await;
    let input = json!({ "transactionId": payload["transaction"]["id"], "idempotencyKey": key() });
    world.done(&finance, "rimTransactionConfirm", input, "").await;
    assert_eq!(loans(&world).await[0]["status"], "completed");
    world.verify().await;
}

#[tokio::test]
async fn a_loan_is_followed_from_the_wish_to_the_recovery_and_every_wrong_step_is_refused() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    set(&world, "loans", "suspend_on_default", "true").await;
    let admin = world.person("admin").await;
    let moves = [
        "rimLoanApprove",
        "rimLoanReject",
        "rimLoanUndoApprove",
        "rimLoanDisburse",
        "rimLoanDefault",
    ];
    let wrong = async |loan: &str, except: &[&str]| {
        for step in moves.iter().filter(|step| !except.contains(step)) {
            let refused = refused_move(&world, &admin, step, loan).await;
            assert_eq!(refused, ["INVALID_TRANSITION loanId"], "{step}");
        }
    };
    let loan = super::asked(&world, "1000.00").await;
    wrong(&loan, &["rimLoanApprove", "rimLoanReject"]).await;
    world.done(&admin, "rimLoanApprove", json!({ "loanId": loan }), "").await;
    wrong(&loan, &["rimLoanUndoApprove", "rimLoanDisburse"]).await;
    let airtime = sent(&world, &loan).await;
    let input = json!({ "transactionId": airtime, "idempotencyKey": key() });
    world.done(&admin, "rimTransactionConfirm", input, "").await;
    wrong(&loan, &["rimLoanDefault"]).await;
    let early = refused_move(&world, &admin, "rimLoanDefault", &loan).await;
    assert_eq!(early, ["PRECONDITION_FAILED loanId"]);
    world.clock.advance(TimeDelta::days(15));
    let input = json!({ "loanId": loan, "reason": "Left the country" });
    world.done(&admin, "rimLoanDefault", input, "").await;
    wrong(&loan, &[]).await;
    assert_eq!(
        figures(&world).await,
        json!({
            "repayment_status": "Overdue", "repaid": "0.00", "total_loans": 1, "credit": "0.00",
            "limit": "5000.00", "credit_score": 350,
        })
    );
    let suspended = "SELECT suspended_for_default FROM rim.users WHERE user_id = 'USR-2026-001'";
    assert_eq!(world.value(suspended).await, true);
    world.verify().await;
    repaid(&world, "1150.00").await;
    let row = "SELECT status, recovered FROM rim.loans";
    assert_eq!(world.rows(row).await, [json!({ "status": "completed", "recovered": true })]);
    assert_eq!(figures(&world).await["credit_score"], 350);
    wrong(&loan, &[]).await;
    world.verify().await;
}
