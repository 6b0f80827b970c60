//! The fourth act: something comes back.

use serde_json::{Value, json};

use super::people::People;
use super::{ada, standing};

/// What Ada pays through the gateway.
pub fn payment(ada: &Value, amount: &str, reference: &str) -> Value {
    json!({
        "userId": ada, "amount": amount, "paymentMethod": "WALLET", "provider": "Paystack",
        "reference": reference,
    })
}

/// Ada says that she pays, which counts when the lender has the money, and never more than she
/// owes.
pub async fn a_part_comes_back(people: &People<'_>, loan: &Value) {
    let her = people.customer("ada").await;
    let mut input = payment(&her, "300.00", "PSK-1");
    input["arrived"] = json!(true);
    let told = people.is_told("ada", "rimTransactionCreate", input.clone()).await;
    assert_eq!(told, ["Only the lender can say this."]);
    input["arrived"] = json!(false);
    let shown = "transaction { id status }";
    let announced = people.does("ada", "rimTransactionCreate", input, shown).await;
    assert_eq!(announced["transaction"]["status"], "PENDING");
    assert_eq!(standing(people, loan).await["amountPaid"], "0.00");
    let input = json!({ "transactionId": announced["transaction"]["id"] });
    let told = people.is_told("ada", "rimTransactionConfirm", input.clone()).await;
    assert_eq!(told, ["The role customer may not do this."]);
    people.does("finance", "rimTransactionConfirm", input, "").await;
    let part = json!({
        "status": "REPAYING", "amountPaid": "300.00", "outstandingAmount": "2000.00",
    });
    assert_eq!(standing(people, loan).await, part);
    assert_eq!(ada(people).await["repaymentStatus"], "PARTIAL");

    for (amount, sentence) in [
        ("2000.01", "The customer owes 2000.00; 2000.01 is more than that."),
        ("0.00", "The amount must be more than zero."),
    ] {
        let mut input = payment(&her, amount, "PSK-2");
        input["arrived"] = json!(true);
        let told = people.is_told("finance", "rimTransactionCreate", input).await;
        assert_eq!(told, [sentence]);
    }
    let input = json!({ "loanId": loan, "reason": "She will never pay" });
    let told = people.is_told("officer", "rimLoanDefault", input).await;
    let sentence = "The loan is not past due; it can be given up the day after it was due.";
    assert_eq!(told, [sentence]);
}
