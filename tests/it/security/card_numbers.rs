//! Card numbers (spec 1.11): refused in references, notes, messages and reasons of the lender;
//! other long numbers are not.

use serde_json::{Value, json};

use crate::rim::staff;
use crate::rim_conversations::opened;
use crate::rim_loans::{asked, connect_telecom, lent, repaid, repayment, sent};
use crate::world::{World, key};

const CARD: &str = "My card is 4111 1111 1111 1111.";

/// Fails unless a text is refused in this field of an input, and another long number is not.
async fn refused(world: &World, person: &str, mutation: &str, mut input: Value, field: &str) {
    let person = world.person(person).await;
    input[field] = json!(CARD);
    let told = world.refused(&person, mutation, input.clone()).await;
    assert_eq!(told, [format!("VALIDATION_FAILED {field}")], "{mutation}");
    input[field] = json!("IMEI 353490069873319");
    let payload = world.call(&person, mutation, input, "").await;
    assert_eq!(payload["userErrors"], json!([]), "{mutation} {field}");
}

#[tokio::test]
async fn messages_hold_no_card_number() {
    let world = World::rim().await;
    let ticket = opened(&world).await;
    let message = json!({ "ticketId": ticket });
    refused(&world, "agent", "rimChatMessageSend", message, "message").await;
    let question = json!({ "customerId": crate::rim::customer(&world, "USR-2026-001").await,
        "subject": "No airtime", "description": "None", "category": "GENERAL",
        "idempotencyKey": key() });
    for field in ["subject", "description"] {
        let mut question = question.clone();
        question["idempotencyKey"] = json!(key());
        refused(&world, "agent", "rimTicketCreate", question, field).await;
    }
    let mail = json!({ "name": "Thanks", "subject": "Thanks", "body": "Thanks", "variables": [],
        "type": "MARKETING" });
    for field in ["body", "subject"] {
        let mut mail = mail.clone();
        mail["name"] = json!(field);
        refused(&world, "marketing", "rimEmailTemplateCreate", mail, field).await;
    }
    let sms = json!({ "name": "Thanks", "variables": [] });
    refused(&world, "marketing", "rimSmsTemplateCreate", sms, "message").await;
}

#[tokio::test]
async fn references_and_notes_of_the_lender_hold_no_card_number() {
    let world = World::rim().await;
    connect_telecom(&world).await;
    lent(&world, "1000.00").await;
    for field in ["reference", "description"] {
        let payment = repayment(&world, "10.00").await;
        refused(&world, "finance", "rimTransactionCreate", payment, field).await;
    }
    let batch = json!({ "name": "March", "provider": "X", "statementDate": "2026-03-02" });
    refused(&world, "finance", "rimReconciliationBatchCreate", batch, "notes").await;
    let finance = world.person("finance").await;
    let shown = "reconciliationBatch { id }";
    let batch = json!({ "name": "April", "provider": "X", "statementDate": "2026-04-02" });
    let batch = world.done(&finance, "rimReconciliationBatchCreate", batch, shown).await;
    let paid = repaid(&world, "100.00").await;
    let line = json!({ "transactionId": paid, "statementAmount": "100.00",
        "reconciliationBatchId": batch["reconciliationBatch"]["id"] });
    refused(&world, "finance", "rimTransactionReconcile", line, "statementLine").await;
    crate::rim_loans::allow_loans(&world, 2).await;
    let airtime = sent(&world, &crate::rim_loans::agreed(&world, "500.00").await).await;
    let arrived = json!({ "transactionId": airtime, "idempotencyKey": key() });
    refused(&world, "finance", "rimTransactionConfirm", arrived, "telcoReference").await;
}

#[tokio::test]
async fn reasons_hold_no_card_number_whatever_the_mutation() {
    let world = World::rim().await;
    let loan = json!({ "loanId": asked(&world, "1000.00").await });
    refused(&world, "officer", "rimLoanReject", loan, "reason").await;
    let settings = json!({ "passwordMinLength": 12 });
    refused(&world, "admin", "securitySettingsUpdate", settings, "reason").await;
    let officer = json!({ "adminUserId": staff(&world, "officer").await });
    refused(&world, "admin", "rimAdminUserSuspend", officer, "reason").await;
}
