//! What a customer of the former system paid beyond what its loans took is kept as credit, also
//! beside a debt, and goes to the next loan (spec 5.6, R8).

use serde_json::{Value, json};

use super::{fresh, good, imported};
use crate::world::{World, key};

const ADA: &str = "00000000-0000-4000-8000-000000000021";

/// What Ada owes, what of it was paid and what is kept for her.
async fn standing(world: &World) -> Value {
    let sql = format!(
        "SELECT sum(l.outstanding_amount)::text AS owed, sum(l.amount_paid)::text AS paid, \
         u.repayment_credit::text AS credit, u.total_repaid::text AS repaid \
         FROM fresh.users u JOIN fresh.loans l ON l.user_id = u.id \
         AND l.status IN ('disbursed', 'repaying', 'completed') WHERE u.id = '{ADA}' GROUP BY u.id"
    );
    world.rows(&sql).await.remove(0)
}

#[tokio::test]
async fn what_was_paid_beyond_the_loans_is_kept_as_credit_beside_a_debt() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    let kept = json!({ "owed": "820.00", "paid": "1400.00", "credit": "50.00",
                       "repaid": "1450.00" });
    assert_eq!(standing(&world).await, kept);
    assert_eq!(world.findings_of("fresh").await, [] as [String; 0]);
}

#[tokio::test]
async fn what_a_customer_without_a_loan_paid_is_kept_whole() {
    let world = fresh().await;
    let exports = good();
    exports.add(
        "transactions",
        "00000000-0000-4000-8000-000000000047,TRX-2026-000007,\
         00000000-0000-4000-8000-000000000023,08033333333,,repayment,75.50,completed,cash,,,,,,,,,\
         2026-02-21 08:00:00+00,2026-02-21 08:00:00+00",
    );
    imported(&world, &exports, false).await.unwrap();
    let chidi = "SELECT repayment_credit::text FROM fresh.users WHERE user_id = 'USR-2025-017'";
    assert_eq!(world.value(chidi).await, "75.50");
    assert_eq!(world.findings_of("fresh").await, [] as [String; 0]);
}

#[tokio::test]
async fn credit_of_the_former_system_is_consumed_when_the_next_loan_is_paid_out() {
    let world = fresh().await;
    imported(&world, &good(), false).await.unwrap();
    // Score and amount let the rules agree to the loan.
    world.meddle(&format!("UPDATE fresh.users SET credit_score = 900 WHERE id = '{ADA}'")).await;
    let boss = world.person_of("fresh", "boss").await;
    let find = "{ rim { users(where: { userId: { eq: \"USR-2024-001\" } }) { nodes { id } } } }";
    let found = world.read(&boss, find).await;
    let input = json!({
        "userId": found["rim"]["users"]["nodes"][0]["id"], "network": "MTN", "amount": "500.00",
        "idempotencyKey": key(),
    });
    let shown = "loan { status transactions { nodes { id } } }";
    let lent = world.done(&boss, "rimLoanRequest", input, shown).await;
    assert_eq!(lent["loan"]["status"], "APPROVED");
    assert_eq!(standing(&world).await["credit"], "50.00");
    let airtime = &lent["loan"]["transactions"]["nodes"][0]["id"];
    let input = json!({ "transactionId": airtime, "idempotencyKey": key() });
    world.done(&boss, "rimTransactionConfirm", input, "").await;
    let consumed = json!({ "owed": "1345.00", "paid": "1450.00", "credit": "0.00",
                           "repaid": "1450.00" });
    assert_eq!(standing(&world).await, consumed);
    assert_eq!(world.findings_of("fresh").await, [] as [String; 0]);
}
