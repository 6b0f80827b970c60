//! Money: what went out and came in, what it earned, and what providers say of it.

use chrono::TimeDelta;
use serde_json::json;

use super::{lender, lent, lines, refunded, repaid, totals};
use crate::rim::id_of;
use crate::rim_loans::{agreed, allow_loans, sent, set};
use crate::world::key;

#[tokio::test]
async fn money_out_and_in_is_told_by_day_and_network() {
    let (world, operations) = lender().await;
    allow_loans(&world, 3).await;
    world
        .meddle(
            "INSERT INTO rim.api_integrations (id, name, type, provider, network, status, base_url) \
             VALUES (gen_random_uuid(), 'Glo airtime', 'telecom', 'Glo', 'Glo', 'active', \
             'https://glo.example')",
        )
        .await;
    // 1,000 of MTN costs 1,150; half of the loans of the next day is of Glo.
    let first = lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(1));
    lent(&world, "500.00").await;
    world.meddle("UPDATE rim.loans SET network = 'Glo' WHERE amount = 500").await;
    world.meddle("UPDATE rim.transactions SET network = 'Glo' WHERE amount = 500").await;
    // 1,150 to the first loan and 50 beyond it to the second.
    let repayment = repaid(&world, &first, "1200.00").await;
    world.clock.advance(TimeDelta::days(1));
    refunded(&world, &repayment).await;

    let fields =
        "group day network disbursed takenBack collected refunded netDisbursed netCollected";
    let rows = [
        "2026-03-02 MTN | 2026-03-02 | MTN | 1000.00 | 0.00 | 0.00 | 0.00 | 1000.00 | 0.00",
        "2026-03-03 Glo | 2026-03-03 | GLO | 500.00 | 0.00 | 50.00 | 0.00 | 500.00 | 50.00",
        "2026-03-03 MTN | 2026-03-03 | MTN | 0.00 | 0.00 | 1150.00 | 0.00 | 0.00 | 1150.00",
        "2026-03-04 Glo | 2026-03-04 | GLO | 0.00 | 0.00 | 0.00 | 50.00 | 0.00 | -50.00",
        "2026-03-04 MTN | 2026-03-04 | MTN | 0.00 | 0.00 | 0.00 | 1150.00 | 0.00 | -1150.00",
    ];
    let told = lines(&world, &operations, "cashFlow(groupBy: DAY_AND_NETWORK)", fields).await;
    assert_eq!(told, rows);
    let days = [
        "2026-03-02 | 2026-03-02 | MTN | 1000.00 | 0.00",
        "2026-03-03 | 2026-03-03 | null | 500.00 | 1200.00",
        "2026-03-04 | 2026-03-04 | null | 0.00 | -1200.00",
    ];
    let fields = "group day network disbursed netCollected";
    assert_eq!(lines(&world, &operations, "cashFlow", fields).await, days);
    let period = "cashFlow(from: \"2026-03-03\", to: \"2026-03-03\")";
    let fields = "disbursed collected refunded netCollected";
    assert_eq!(
        totals(&world, &operations, period, fields).await,
        "500.00 | 1200.00 | 0.00 | 1200.00"
    );
}

/// The tenant's midnight is an hour before that of UTC.
#[tokio::test]
async fn a_day_begins_at_the_tenants_midnight() {
    let (world, operations) = lender().await;
    world.clock.advance(TimeDelta::minutes(14 * 60 + 1));
    lent(&world, "1000.00").await;
    let told = lines(&world, &operations, "cashFlow", "group disbursed").await;
    assert_eq!(told, ["2026-03-03 | 1000.00"]);
}

#[tokio::test]
async fn what_a_customer_pays_beyond_its_debts_is_of_no_network() {
    let (world, operations) = lender().await;
    set(&world, "repayments", "allow_credit", "true").await;
    let loan = lent(&world, "1000.00").await;
    repaid(&world, &loan, "1250.00").await;
    let told =
        lines(&world, &operations, "cashFlow(groupBy: NETWORK)", "network disbursed collected");
    assert_eq!(told.await, ["MTN | 1000.00 | 1150.00", "null | 0.00 | 100.00"]);
}

#[tokio::test]
async fn airtime_that_was_taken_back_counts_on_its_own_day() {
    let (world, operations) = lender().await;
    lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(1));
    let airtime = id_of(&world, "transactions", "type: { eq: AIRTIME }").await;
    refunded(&world, &airtime).await;
    let told = lines(&world, &operations, "cashFlow", "group disbursed takenBack netDisbursed");
    let days = ["2026-03-02 | 1000.00 | 0.00 | 1000.00", "2026-03-03 | 0.00 | 1000.00 | -1000.00"];
    assert_eq!(told.await, days);
}

#[tokio::test]
async fn a_loan_earns_what_is_paid_beyond_what_was_lent() {
    let (world, operations) = lender().await;
    let admin = world.person("admin").await;
    let input = json!({
        "name": "Quick", "network": "MTN", "minAmount": "500.00", "maxAmount": "2000.00",
        "interestRate": "12.5", "repaymentPeriod": 7, "fee": "20.00",
    });
    let shown = "loanProduct { id }";
    let product = world.done(&admin, "rimLoanProductCreate", input, shown).await;
    let ada = world.customer("ada").await;
    let mut wish = crate::rim_loans::wish(&world, "1000.00").await;
    wish["loanProductId"] = product["loanProduct"]["id"].clone();
    let asked = world.done(&ada, "rimLoanRequest", wish, "loan { id amountDue }").await;
    // 1,000 and 125 interest and a fee of 20.
    assert_eq!(asked["loan"]["amountDue"], "1145.00");
    let loan = asked["loan"]["id"].as_str().unwrap();
    world.done(&admin, "rimLoanApprove", json!({ "loanId": loan }), "").await;
    super::paid_out(&world, loan).await;
    world.clock.advance(TimeDelta::days(1));
    repaid(&world, loan, "900.00").await;
    world.clock.advance(TimeDelta::days(1));
    let last = repaid(&world, loan, "245.00").await;
    let fields = "group loans lent interest fees lateFees charged earned";
    let days = [
        "2026-03-02 | 1 | 1000.00 | 125.00 | 20.00 | 0.00 | 145.00 | 0.00",
        "2026-03-03 | 0 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00",
        "2026-03-04 | 0 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 145.00",
    ];
    assert_eq!(lines(&world, &operations, "revenue(groupBy: DAY)", fields).await, days);
    let by_product =
        lines(&world, &operations, "revenue(groupBy: PRODUCT)", "group charged earned");
    assert_eq!(by_product.await, ["Quick | 145.00 | 145.00"]);
    world.clock.advance(TimeDelta::days(1));
    refunded(&world, &last).await;
    let told = lines(&world, &operations, "revenue(groupBy: DAY)", "group earned").await;
    assert_eq!(told[2..], ["2026-03-04 | 145.00", "2026-03-05 | -145.00"]);
    assert_eq!(totals(&world, &operations, "revenue", "charged earned").await, "145.00 | 0.00");
}

#[tokio::test]
async fn a_late_fee_is_part_of_what_a_loan_costs() {
    let (world, operations) = lender().await;
    set(&world, "loans", "late_fee", "75.00").await;
    let loan = lent(&world, "1000.00").await;
    world.clock.advance(TimeDelta::days(18));
    world.run_job("chargeLateFees").await;
    repaid(&world, &loan, "1100.00").await;
    let fields = "interest lateFees charged earned";
    let told = totals(&world, &operations, "revenue", fields).await;
    assert_eq!(told, "150.00 | 75.00 | 225.00 | 100.00");
}

#[tokio::test]
async fn a_statement_is_told_with_what_it_has_beyond_what_was_found() {
    let (world, operations) = lender().await;
    let loan = lent(&world, "1000.00").await;
    let paid = repaid(&world, &loan, "150.00").await;
    repaid(&world, &loan, "200.00").await;
    let finance = world.person("finance").await;
    let input = json!({
        "name": "March", "provider": "Wallet", "statementDate": "2026-03-02",
        "expectedCount": 3, "expectedAmount": "500.00",
    });
    let shown = "reconciliationBatch { id }";
    let batch = world.done(&finance, "rimReconciliationBatchCreate", input, shown).await;
    let input = json!({
        "name": "Unknown", "provider": "Bank", "statementDate": "2026-03-01",
    });
    world.done(&finance, "rimReconciliationBatchCreate", input, "").await;
    let input = json!({
        "transactionId": paid, "statementLine": "1", "statementAmount": "150.00",
        "reconciliationBatchId": batch["reconciliationBatch"]["id"],
    });
    world.done(&finance, "rimTransactionReconcile", input, "").await;
    let fields = "name provider statementDate expectedCount expectedAmount matchedCount \
                  matchedAmount countDifference amountDifference";
    let rows = [
        "March | Wallet | 2026-03-02 | 3 | 500.00 | 1 | 150.00 | 2 | 350.00",
        "Unknown | Bank | 2026-03-01 | null | null | 0 | 0.00 | null | null",
    ];
    assert_eq!(lines(&world, &operations, "reconciliation", fields).await, rows);
    let fields = "group transactions completed failed oldestDay";
    let rows =
        ["MTN Nigeria | 1 | 1000.00 | 0.00 | 2026-03-02", "null | 1 | 200.00 | 0.00 | 2026-03-02"];
    assert_eq!(lines(&world, &operations, "unreconciled", fields).await, rows);
    allow_loans(&world, 2).await;
    let airtime = sent(&world, &agreed(&world, "500.00").await).await;
    let input = json!({ "transactionId": airtime, "reason": "Down", "idempotencyKey": key() });
    world.done(&finance, "rimTransactionFail", input, "").await;
    let rows = ["airtime | 2 | 1000.00 | 500.00", "repayment | 1 | 200.00 | 0.00"];
    let fields = "group transactions completed failed";
    let told = lines(&world, &operations, "unreconciled(groupBy: TYPE)", fields).await;
    assert_eq!(told, rows);
}
