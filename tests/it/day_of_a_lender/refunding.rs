//! The seventh act: the gateway's statement is gone through, and a payment goes back.

use serde_json::{Value, json};

use super::paying_back::payment;
use super::people::People;
use super::{ada, standing};

/// Who found a payment on a statement does not take that back, and until somebody did, the money
/// stays.
pub async fn the_payment_is_found_on_a_statement(people: &People<'_>, payment: &Value) {
    let batch = statement(people).await;
    let name = "rimTransactionReconcile";
    let told = people.is_told("finance", name, line(payment, &batch, "2", "2000.01")).await;
    assert_eq!(told, ["The line says 2000.01, the transaction 2000.00."]);
    people.does("finance", name, line(payment, &batch, "2", "2000.00"), "").await;
    let told = people.is_told("finance2", name, line(payment, &batch, "2", "2000.00")).await;
    assert_eq!(told, ["It was found on a statement before; take that back first."]);
    let told = people.is_told("finance", "rimTransactionRefund", refund(payment)).await;
    assert_eq!(told, ["It was found on a statement; take the reconciliation back first."]);
    let input = json!({ "transactionId": payment });
    let told = people.is_told("finance", "rimTransactionUndoReconcile", input.clone()).await;
    assert_eq!(told, ["You reconciled it; somebody else has to take that back."]);
    people.does("finance2", "rimTransactionUndoReconcile", input, "").await;
}

/// One asks, another agrees; the loan stands as if it had not been paid.
pub async fn two_people_send_it_back(people: &People<'_>, loan: &Value, payment: &Value) {
    let name = "rimTransactionRefund";
    let told = people.is_told("operations", name, refund(payment)).await;
    assert_eq!(told, ["The role operations_manager may not do this."]);
    let request = people.asks_for("finance", name, refund(payment)).await;
    assert_eq!(standing(people, loan).await["status"], "COMPLETED");
    let told = people.is_told("finance2", name, refund(payment)).await;
    assert_eq!(told, ["finance asked for this already."]);
    let input = json!({ "approvalRequestId": request });
    let told = people.is_told("finance", "approvalApprove", input.clone()).await;
    assert_eq!(told, ["You asked for it, so another person has to decide."]);
    people.does("finance2", "approvalApprove", input, "").await;
    let open = json!({
        "status": "DEFAULTED", "amountPaid": "300.00", "outstandingAmount": "2000.00",
    });
    assert_eq!(standing(people, loan).await, open);
    let stands = ada(people).await;
    assert_eq!(
        (&stands["repaymentStatus"], &stands["totalRepaid"]),
        (&json!("OVERDUE"), &json!("300.00"))
    );
    let told = people.is_told("finance", name, refund(payment)).await;
    let sentence = "The transaction is refunded; to refund, it has to be failed or completed. This \
                    is final.";
    assert_eq!(told, [sentence]);
}

/// Ada pays once more, from another account, and both payments are on the statement.
pub async fn it_is_paid_again(people: &People<'_>, loan: &Value) {
    let mut input = payment(&people.customer("ada").await, "2000.00", "PSK-3");
    input["arrived"] = json!(true);
    people.does("finance", "rimTransactionCreate", input, "").await;
    assert_eq!(standing(people, loan).await["status"], "COMPLETED");
    let batch = people.id("reconciliationBatches", "name: {eq: \"April\"}").await;
    for (place, reference, amount) in [("1", "PSK-1", "300.00"), ("2", "PSK-3", "2000.00")] {
        let paid = people.id("transactions", &format!("reference: {{eq: \"{reference}\"}}")).await;
        let input = line(&paid, &batch, place, amount);
        people.does("finance2", "rimTransactionReconcile", input, "").await;
    }
}

async fn statement(people: &People<'_>) -> Value {
    let input = json!({
        "name": "April", "provider": "Paystack", "statementDate": "2026-04-20",
        "expectedCount": 2, "expectedAmount": "2300.00",
    });
    let shown = "reconciliationBatch { id }";
    let made = people.does("finance", "rimReconciliationBatchCreate", input, shown).await;
    made["reconciliationBatch"]["id"].clone()
}

fn line(payment: &Value, batch: &Value, place: &str, amount: &str) -> Value {
    json!({
        "transactionId": payment, "reconciliationBatchId": batch, "statementLine": place,
        "statementAmount": amount,
    })
}

fn refund(payment: &Value) -> Value {
    json!({
        "transactionId": payment, "refundReference": "R-1", "reason": "The wrong account paid",
    })
}
