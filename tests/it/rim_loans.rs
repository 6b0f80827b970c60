//! Loans from the wish to the last repayment, and the money that moves them (spec 5.3 to 5.6).

mod asking;
mod conditions;
mod days;
mod limits;
mod model;
mod money;
mod paying_back;
mod refunds;
mod removal;
mod uniqueness;

use serde_json::{Value, json};

use crate::rim::{customer, id_of};
use crate::world::{Person, World, key};

/// Ada's business number.
pub const ADA: &str = "USR-2026-001";

/// What Ada asks for: MTN airtime of this amount.
pub async fn wish(world: &World, amount: &str) -> Value {
    json!({
        "userId": customer(world, ADA).await, "network": "MTN", "amount": amount,
        "idempotencyKey": key(),
    })
}

/// Asks for a loan of Ada and answers its id.
pub async fn asked(world: &World, amount: &str) -> String {
    let ada = world.customer("ada").await;
    let input = wish(world, amount).await;
    let payload = world.done(&ada, "rimLoanRequest", input, "loan { id status }").await;
    payload["loan"]["id"].as_str().unwrap().to_owned()
}

/// The same, agreed to by an officer.
pub async fn agreed(world: &World, amount: &str) -> String {
    let loan = asked(world, amount).await;
    let officer = world.person("officer").await;
    world.done(&officer, "rimLoanApprove", json!({ "loanId": loan }), "").await;
    loan
}

/// Connects a telecom of MTN.
pub async fn connect_telecom(world: &World) {
    world
        .meddle(
            "INSERT INTO rim.api_integrations (id, name, type, provider, network, status, base_url) \
             VALUES (gen_random_uuid(), 'MTN airtime', 'telecom', 'MTN Nigeria', 'MTN', 'active', \
             'https://telecom.example')",
        )
        .await;
}

/// Sends the airtime of a loan on its way and answers the transaction's id.
pub async fn sent(world: &World, loan: &str) -> String {
    let finance = world.person("finance").await;
    let input = json!({ "loanId": loan, "idempotencyKey": key() });
    world.done(&finance, "rimLoanDisburse", input, "").await;
    id_of(world, "transactions", "type: { eq: AIRTIME }, status: { eq: PENDING }").await
}

/// A loan of Ada that is paid out.
pub async fn lent(world: &World, amount: &str) -> String {
    let loan = agreed(world, amount).await;
    let airtime = sent(world, &loan).await;
    let finance = world.person("finance").await;
    let input = json!({
        "transactionId": airtime, "telcoReference": "T-1", "idempotencyKey": key(),
    });
    world.done(&finance, "rimTransactionConfirm", input, "").await;
    loan
}

/// What a repayment of Ada that arrived says.
pub async fn repayment(world: &World, amount: &str) -> Value {
    json!({
        "userId": customer(world, ADA).await, "amount": amount, "paymentMethod": "WALLET",
        "arrived": true, "idempotencyKey": key(),
    })
}

/// Pays back and answers the transaction's id.
pub async fn repaid(world: &World, amount: &str) -> String {
    let finance = world.person("finance").await;
    let input = repayment(world, amount).await;
    let payload = world.done(&finance, "rimTransactionCreate", input, "transaction { id }").await;
    payload["transaction"]["id"].as_str().unwrap().to_owned()
}

/// The loans, oldest first: status, what was paid, what is due.
pub async fn loans(world: &World) -> Vec<Value> {
    let sql = "SELECT status, amount_paid::text AS paid, outstanding_amount::text AS due \
               FROM rim.loans ORDER BY id";
    world.rows(sql).await
}

/// What a customer's row repeats.
pub async fn figures(world: &World) -> Value {
    let sql = "SELECT repayment_status, total_repaid::text AS repaid, total_loans, \
               repayment_credit::text AS credit, credit_limit::text AS limit, credit_score \
               FROM rim.users WHERE user_id = 'USR-2026-001'";
    world.rows(sql).await.remove(0)
}

/// Allows several loans at a time.
pub async fn allow_loans(world: &World, most: i32) {
    set(world, "loans", "max_open", &most.to_string()).await;
}

/// Sets a parameter of the tenant.
pub async fn set(world: &World, category: &str, name: &str, value: &str) {
    let sql = format!(
        "UPDATE rim.system_configs SET value = '{value}' \
         WHERE category = '{category}' AND key = '{name}'"
    );
    world.meddle(&sql).await;
}

/// Calls a move that takes nothing but the loan.
pub async fn refused_move(world: &World, person: &Person, name: &str, loan: &str) -> Vec<String> {
    let mut input = json!({ "loanId": loan });
    match name {
        "rimLoanReject" | "rimLoanDefault" => input["reason"] = json!("Because"),
        "rimLoanDisburse" => input["idempotencyKey"] = json!(key()),
        _ => {}
    }
    world.refused(person, name, input).await
}
