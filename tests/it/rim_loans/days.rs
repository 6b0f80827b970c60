//! What the days do to loans and customers (spec 5.12), and what the checks find (spec 5.11).

use chrono::TimeDelta;
use serde_json::json;

use super::{agreed, connect_telecom, figures, lent, loans, repaid, repayment, set};
use crate::world::World;

#[tokio::test]
async fn a_loan_is_given_up_after_the_tenants_days_and_not_before() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(44));
    world.run_job("refreshOverdue").await;
    world.run_job("defaultLoans").await;
    assert_eq!(loans(&world).await[0]["status"], "disbursed");
    assert_eq!(figures(&world).await["repayment_status"], "Overdue");
    world.verify().await;
    world.clock.advance(TimeDelta::days(1));
    world.run_job("defaultLoans").await;
    assert_eq!(loans(&world).await[0]["status"], "defaulted");
    assert_eq!(figures(&world).await["credit_score"], 350);
    world.verify().await;
}

#[tokio::test]
async fn a_late_fee_is_added_once_after_the_days_of_grace() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    set(&world, "loans", "late_fee", "25.00").await;
    lent(&world, "1000.00").await;
    for (days, due) in [(17, "1150.00"), (1, "1175.00"), (1, "1175.00")] {
        world.clock.advance(TimeDelta::days(days));
        world.run_job("chargeLateFees").await;
        assert_eq!(loans(&world).await[0]["due"], due);
    }
    world.run_job("refreshOverdue").await;
    world.verify().await;
}

#[tokio::test]
async fn a_borrower_is_reminded_three_days_and_one_day_before_and_on_the_last_day() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    for _ in 0..16 {
        world.run_job("remindBorrowers").await;
        world.run_job("remindBorrowers").await;
        world.clock.advance(TimeDelta::days(1));
    }
    let sql = "SELECT body, recipient, created_at::date AS day FROM rim.notifications \
               WHERE template = 'rim.loan_reminder' AND channel = 'sms' ORDER BY id";
    let told = |day: &str| {
        json!({
            "body": "NGN 1150.00 of loan LOAN-2026-001 is due on 2026-03-16.",
            "recipient": "+2348030000001", "day": day,
        })
    };
    let days = [told("2026-03-13"), told("2026-03-15"), told("2026-03-16")];
    assert_eq!(world.rows(sql).await, days);
}

#[tokio::test]
async fn a_repayment_that_nobody_confirms_fails_after_a_day() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    let ada = world.customer("ada").await;
    let mut input = repayment(&world, "100.00").await;
    input["arrived"] = json!(false);
    world.done(&ada, "rimTransactionCreate", input, "").await;
    let status = "SELECT status FROM rim.transactions WHERE type = 'repayment'";
    for (hours, expected) in [(23, "pending"), (1, "failed")] {
        world.clock.advance(TimeDelta::hours(hours));
        world.run_job("failStaleRepayments").await;
        assert_eq!(world.value(status).await, expected);
    }
}

#[tokio::test]
async fn a_customer_who_was_not_seen_for_long_rests() {
    let world = World::rim().await;
    let status = "SELECT status FROM rim.users WHERE user_id = 'USR-2026-001'";
    world.run_job("deactivateIdleUsers").await;
    assert_eq!(world.value(status).await, "active");
    world.clock.advance(TimeDelta::days(181));
    world.run_job("deactivateIdleUsers").await;
    assert_eq!(world.value(status).await, "inactive");
}

#[tokio::test]
async fn a_customer_who_did_something_was_seen() {
    let world = World::rim().await;
    world.clock.advance(TimeDelta::days(100));
    super::asked(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(100));
    let resting = "SELECT count(*) FROM rim.users WHERE status = 'inactive'";
    world.run_job("deactivateIdleUsers").await;
    assert_eq!(world.value(resting).await, 1);
    let ada = "SELECT status FROM rim.users WHERE user_id = 'USR-2026-001'";
    assert_eq!(world.value(ada).await, "active");
    world.clock.advance(TimeDelta::days(81));
    world.run_job("deactivateIdleUsers").await;
    assert_eq!(world.value(ada).await, "inactive");
}

/// What each check finds once the row it watches was changed behind the server's back.
async fn finds(check: &str, meddling: &str) {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    repaid(&world, "100.00").await;
    world.verify().await;
    world.meddle(meddling).await;
    let findings = world.findings().await;
    assert!(findings.iter().any(|it| it.starts_with(&format!("{check} "))), "{findings:?}");
}

#[tokio::test]
async fn r1_finds_a_payment_without_its_repayment() {
    finds("R1", "UPDATE rim.loans SET amount_paid = 200").await;
}

#[tokio::test]
async fn r2_finds_a_status_that_its_amounts_deny() {
    finds("R2", "UPDATE rim.loans SET status = 'disbursed'").await;
}

#[tokio::test]
async fn r3_finds_a_loan_beyond_the_limit_of_its_moment() {
    finds("R3", "UPDATE rim.loans SET limit_at_approval = 10").await;
}

#[tokio::test]
async fn r4_finds_figures_that_do_not_follow() {
    finds("R4", "UPDATE rim.users SET total_loans = 7").await;
}

#[tokio::test]
async fn r8_finds_more_on_loans_than_was_paid() {
    finds("R8", "UPDATE rim.transactions SET amount = 50 WHERE type = 'repayment'").await;
}

#[tokio::test]
async fn r8_finds_a_repayment_that_went_nowhere() {
    let meddling = "UPDATE rim.transactions SET amount = 150 WHERE type = 'repayment'; \
                    UPDATE rim.users SET total_repaid = 150 WHERE total_repaid = 100";
    finds("R8", meddling).await;
}

#[tokio::test]
async fn r8_finds_credit_that_nobody_paid() {
    finds("R8", "UPDATE rim.users SET repayment_credit = 50 WHERE total_repaid = 100").await;
}

#[tokio::test]
async fn r5_finds_a_copy_that_does_not_follow() {
    finds("R5", "UPDATE rim.loans SET user_phone = '+2348030000099'").await;
}

#[tokio::test]
async fn nothing_is_found_before_anything_is_paid_out() {
    let world = World::rim().await;
    agreed(&world, "1000.00").await;
    world.verify().await;
}
