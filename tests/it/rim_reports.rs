//! Reports of the lender (spec 5.12): who sees which, and what each one says of figures that are
//! worked out by hand.

mod desk;
mod loans;
mod money;
mod rights;
mod system;

use serde_json::{Value, json};

use crate::reports::line;
use crate::rim_loans::{agreed, connect_telecom, repayment};
use crate::world::{Person, World, key};

/// A report as `{ rows { .. } .. }` with these arguments, such as `(groupBy: DAY)`.
async fn report(world: &World, person: &Person, name: &str, shown: &str) -> Value {
    let query = format!("{{ rim {{ reports {{ it: {name} {{ {shown} }} }} }} }}");
    world.read(person, &query).await["rim"]["reports"]["it"].clone()
}

/// The rows of a report as lines: the values of the fields in their order.
async fn lines(world: &World, person: &Person, name: &str, fields: &str) -> Vec<String> {
    let found = report(world, person, name, &format!("rows {{ {fields} }}")).await;
    found["rows"].as_array().unwrap().iter().map(|row| line(row, fields)).collect()
}

/// The totals of a report in one line.
async fn totals(world: &World, person: &Person, name: &str, fields: &str) -> String {
    line(&report(world, person, name, &format!("totals {{ {fields} }}")).await["totals"], fields)
}

/// A lender with a telecom of MTN, and the person who reads its reports.
async fn lender() -> (World, Person) {
    let world = World::rim().await;
    connect_telecom(&world).await;
    let operations = world.person("operations").await;
    (world, operations)
}

/// Pays the airtime of Ada's loan out on the present day.
async fn paid_out(world: &World, loan: &str) {
    let airtime = crate::rim_loans::sent(world, loan).await;
    let finance = world.person("finance").await;
    let input = json!({ "transactionId": airtime, "idempotencyKey": key() });
    world.done(&finance, "rimTransactionConfirm", input, "").await;
}

/// A loan of Ada that is paid out, of a name that tells it apart.
async fn lent(world: &World, amount: &str) -> String {
    let loan = agreed(world, amount).await;
    paid_out(world, &loan).await;
    loan
}

/// A repayment that arrived, by the loan it names, and its id.
async fn repaid(world: &World, loan: &str, amount: &str) -> String {
    let finance = world.person("finance").await;
    let mut input = repayment(world, amount).await;
    input["loanId"] = json!(loan);
    let payload = world.done(&finance, "rimTransactionCreate", input, "transaction { id }").await;
    payload["transaction"]["id"].as_str().unwrap().to_owned()
}

/// Sends a repayment back with a second person's consent.
async fn refunded(world: &World, transaction: &str) {
    let finance = world.person("finance").await;
    let input = json!({
        "transactionId": transaction, "refundReference": "R-1", "reason": "Paid twice",
        "idempotencyKey": key(),
    });
    world.call(&finance, "rimTransactionRefund", input, "").await;
    let asked = "SELECT id FROM rim.approval_requests ORDER BY id DESC LIMIT 1";
    let request = world.value(asked).await.to_string();
    let tenant = finance.0.tenant.id;
    let request = bizgraph_kernel::entity::GlobalId::encode(tenant, "ApprovalRequest", &request);
    let second = world.person("finance2").await;
    let input = json!({ "approvalRequestId": request, "idempotencyKey": key() });
    world.done(&second, "approvalApprove", input, "").await;
}
