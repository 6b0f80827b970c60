//! The fifth act: the last day to pay back goes by.

use serde_json::{Value, json};

use super::paying_back::payment;
use super::people::People;
use super::{ada, standing};

/// The day after, Ada stands as overdue and gets nothing more.
pub async fn the_loan_is_late(people: &People<'_>, loan: &Value) {
    assert_eq!(ada(people).await["repaymentStatus"], "OVERDUE");
    assert_eq!(standing(people, loan).await["status"], "REPAYING");
    let wish = json!({
        "userId": people.customer("ada").await, "network": "MTN", "amount": "500.00",
    });
    let told = people.is_told("ada", "rimLoanRequest", wish).await;
    let sentences = [
        "A loan of the customer is past due; it has to be paid back first.",
        "The customer has 1 of at most 1 open loans.",
    ];
    assert_eq!(told, sentences);
}

/// Thirty days are given.
pub async fn it_is_not_given_up_yet(people: &People<'_>, loan: &Value) {
    assert_eq!(standing(people, loan).await["status"], "REPAYING");
}

/// On the next the clock gives the loan up, and limit and score of the customer follow.
pub async fn it_is_given_up(people: &People<'_>, loan: &Value) {
    assert_eq!(standing(people, loan).await["status"], "DEFAULTED");
    let expected = json!({
        "repaymentStatus": "OVERDUE", "totalRepaid": "300.00", "creditLimit": "5000.00",
        "creditScore": 350,
    });
    assert_eq!(ada(people).await, expected);
    let input = json!({ "loanId": loan, "reason": "Once more" });
    let told = people.is_told("officer", "rimLoanDefault", input).await;
    let sentence = "The loan is defaulted; to default, it has to be disbursed or repaying. Only \
                    another step changes it now.";
    assert_eq!(told, [sentence]);
}

/// A day later all of it is there. Answers the payment's id.
pub async fn it_comes_back_after_all(people: &People<'_>, loan: &Value) -> Value {
    let mut input = payment(&people.customer("ada").await, "2000.00", "PSK-2");
    input["arrived"] = json!(true);
    let shown = "transaction { id status }";
    let paid = people.does("finance", "rimTransactionCreate", input, shown).await;
    assert_eq!(paid["transaction"]["status"], "COMPLETED");
    let back =
        json!({ "status": "COMPLETED", "amountPaid": "2300.00", "outstandingAmount": "0.00" });
    assert_eq!(standing(people, loan).await, back);
    let query = format!("loan(id: {loan}) {{ recovered }}");
    assert_eq!(people.sees("officer", &query).await["recovered"], true);
    let expected = json!({
        "repaymentStatus": "COMPLETED", "totalRepaid": "2300.00", "creditLimit": "5000.00",
        "creditScore": 350,
    });
    assert_eq!(ada(people).await, expected);
    paid["transaction"]["id"].clone()
}
