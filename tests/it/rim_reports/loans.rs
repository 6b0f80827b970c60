//! Loans and customers: how cohorts went, what is late, how agreements come about.

use chrono::TimeDelta;
use serde_json::json;

use super::{lender, lent, lines, repaid, totals};
use crate::rim_loans::{ADA, agreed, allow_loans, asked, set};
use crate::world::key;

#[tokio::test]
async fn a_cohort_is_told_with_what_defaulted_and_what_came_back_of_it() {
    let (world, operations) = lender().await;
    allow_loans(&world, 5).await;
    let good = lent(&world, "1000.00").await;
    let bad = lent(&world, "2000.00").await;
    repaid(&world, &good, "1150.00").await;
    repaid(&world, &bad, "300.00").await;
    world.clock.advance(TimeDelta::days(20));
    let officer = world.person("officer").await;
    let input = json!({ "loanId": bad, "reason": "Gone" });
    world.done(&officer, "rimLoanDefault", input, "").await;
    // 2,300 was due; 300 came before, so 2,000 is in default and 500 of it comes back.
    repaid(&world, &bad, "500.00").await;
    let fields = "group loans lent amountPaid outstanding completed defaulted recovered defaultRate \
                  defaultedAmount recoveredAmount recoveryRate";
    let row = "2026-03 | 2 | 3000.00 | 1950.00 | 1500.00 | 1 | 1 | 0 | 50.00 | 2000.00 | 500.00 | \
               25.00";
    assert_eq!(lines(&world, &operations, "cohorts", fields).await, [row]);
    repaid(&world, &bad, "1500.00").await;
    let fields = "completed defaulted recovered defaultRate recoveryRate";
    let told = totals(&world, &operations, "cohorts", fields).await;
    assert_eq!(told, "2 | 1 | 1 | 50.00 | 100.00");
    let other = "cohorts(from: \"2026-01-01\", to: \"2026-03-01\")";
    assert_eq!(totals(&world, &operations, other, "loans defaultRate").await, "0 | null");
}

#[tokio::test]
async fn what_is_out_is_told_by_the_days_it_is_late() {
    let (world, operations) = lender().await;
    allow_loans(&world, 5).await;
    lent(&world, "1000.00").await;
    let second = lent(&world, "500.00").await;
    repaid(&world, &second, "75.00").await;
    // Due on the 16th: the 16th itself is not late, the 17th is.
    world.clock.advance(TimeDelta::days(14));
    let fields = "group loans outstanding notDue days1To30 mostDaysLate";
    let told = lines(&world, &operations, "outstandingAgeing", fields).await;
    assert_eq!(told, ["not due | 2 | 1650.00 | 1650.00 | 0.00 | 0"]);
    world.clock.advance(TimeDelta::days(1));
    let told = lines(&world, &operations, "outstandingAgeing", fields).await;
    assert_eq!(told, ["1-30 days | 2 | 1650.00 | 0.00 | 1650.00 | 1"]);
    world
        .meddle("UPDATE rim.loans SET due_date = due_date - interval '40 days' WHERE amount = 500")
        .await;
    let fields = "group loans days1To30 days31To60 days61To90 over90Days";
    let told = lines(&world, &operations, "outstandingAgeing", fields).await;
    let rows = [
        "1-30 days | 1 | 1150.00 | 0.00 | 0.00 | 0.00",
        "31-60 days | 1 | 0.00 | 500.00 | 0.00 | 0.00",
    ];
    assert_eq!(told, rows);
    let told =
        lines(&world, &operations, "outstandingAgeing(groupBy: STATUS)", "group outstanding");
    assert_eq!(told.await, ["disbursed | 1150.00", "repaying | 500.00"]);
    let told =
        lines(&world, &operations, "outstandingAgeing(groupBy: CUSTOMER)", "group outstanding");
    assert_eq!(told.await, [format!("{ADA} | 1650.00")]);
}

#[tokio::test]
async fn a_funnel_tells_how_far_wishes_came_and_how_long_agreement_took() {
    let (world, operations) = lender().await;
    allow_loans(&world, 9).await;
    let officer = world.person("officer").await;
    let finance = world.person("finance").await;
    let slow = asked(&world, "100.00").await;
    let quick = asked(&world, "200.00").await;
    let refused = asked(&world, "300.00").await;
    asked(&world, "400.00").await;
    world.clock.advance(TimeDelta::hours(1));
    world.done(&officer, "rimLoanApprove", json!({ "loanId": quick }), "").await;
    let input = json!({ "loanId": refused, "reason": "Too new" });
    world.done(&officer, "rimLoanReject", input, "").await;
    world.clock.advance(TimeDelta::hours(4));
    world.done(&officer, "rimLoanApprove", json!({ "loanId": slow }), "").await;
    let input = json!({ "loanId": slow, "idempotencyKey": key() });
    world.done(&finance, "rimLoanDisburse", input, "").await;
    let airtime = crate::rim::id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    let input = json!({ "transactionId": airtime, "idempotencyKey": key() });
    world.done(&finance, "rimTransactionConfirm", input, "").await;
    let fields = "group requested amountRequested pending approved rejected disbursed completed \
                  approvalRate averageHoursToApprove medianHoursToApprove";
    let row = "2026-03 | 4 | 1000.00 | 1 | 2 | 1 | 1 | 0 | 66.67 | 3.00 | 3.00";
    assert_eq!(lines(&world, &operations, "approvalFunnel", fields).await, [row]);
    let fields = "requested approvalRate averageHoursToApprove";
    assert_eq!(totals(&world, &operations, "approvalFunnel", fields).await, "4 | 66.67 | 3.00");
    let large = "approvalFunnel(where: {amount: {gte: \"300.00\"}})";
    assert_eq!(totals(&world, &operations, large, "requested pending rejected").await, "2 | 1 | 1");
}

#[tokio::test]
async fn the_rules_are_told_apart_from_people() {
    let (world, operations) = lender().await;
    allow_loans(&world, 9).await;
    agreed(&world, "100.00").await;
    agreed(&world, "200.00").await;
    world.meddle("UPDATE rim.users SET credit_score = 800").await;
    asked(&world, "1000.00").await;
    let finance = world.person("finance").await;
    let airtime = crate::rim::id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    let input = json!({ "transactionId": airtime, "idempotencyKey": key() });
    world.done(&finance, "rimTransactionConfirm", input, "").await;
    world.clock.advance(TimeDelta::days(45));
    world.run_job("defaultLoans").await;
    let fields = "group approved amount automatic disbursed completed defaulted defaultRate";
    let rows = [
        "automatic | 1 | 1000.00 | 1 | 1 | 0 | 1 | 100.00",
        "manual | 2 | 300.00 | 0 | 0 | 0 | 0 | null",
    ];
    let march = "approvals(from: \"2026-03-01\", to: \"2026-03-31\")";
    assert_eq!(lines(&world, &operations, march, fields).await, rows);
    let march = "approvals(from: \"2026-03-01\", to: \"2026-03-31\", groupBy: OFFICER)";
    let told = lines(&world, &operations, march, "group approved").await;
    assert_eq!(told, ["officer | 2", "null | 1"]);
}

#[tokio::test]
async fn customers_are_told_by_segment_with_what_of_their_limits_is_used() {
    let (world, operations) = lender().await;
    set(&world, "loans", "auto_approve_score", "1000").await;
    world.meddle("UPDATE rim.users SET credit_limit = 2000 WHERE first_name = 'Bola'").await;
    // Ada owes 1,150 of 10,000; Bola asked for nothing.
    let loan = lent(&world, "1000.00").await;
    repaid(&world, &loan, "650.00").await;
    let fields = "group customers borrowing neverBorrowed creditLimit exposure utilization \
                  totalRepaid averageScore";
    let row = "active | 2 | 1 | 1 | 12000.00 | 500.00 | 4.17 | 650.00 | 500.00";
    assert_eq!(lines(&world, &operations, "customers", fields).await, [row]);
    let fields = "group customers utilization";
    let rows = ["nothing used | 1 | 0.00", "up to 25 % | 1 | 5.00"];
    let told = lines(&world, &operations, "customers(groupBy: UTILIZATION)", fields).await;
    assert_eq!(told, rows);
    let told = lines(&world, &operations, "customers(groupBy: REPAYMENT_STATUS)", "group exposure");
    let mut told = told.await;
    told.sort();
    assert_eq!(told, ["Partial | 500.00", "Pending | 0.00"]);
    let auditor = world.person("auditor").await;
    let answer = world
        .send(&auditor, "{ rim { reports { customers { totals { averageScore } } } } }", json!({}))
        .await;
    let path = "rim.reports.customers.totals.averageScore";
    assert_eq!(answer["extensions"]["redactions"], json!([path]), "{answer}");
}
