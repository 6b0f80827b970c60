//! The first act: a customer wants airtime.

use serde_json::{Value, json};

use super::people::{People, number_of, sentences};
use crate::world::key;

/// Ada gets in with the code that was sent to her phone, and asks for more than she may have until
/// she asks for what she gets. Answers the loan's id.
pub async fn a_customer_logs_in_and_asks(people: &People<'_>) -> Value {
    let number = number_of("ada").unwrap();
    let code = people.code_for(number).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let told = sentences(&people.enters(number, wrong).await);
    assert_eq!(told, ["The code is wrong, too old or was used before. Ask for another one."]);
    let entered = people.enters(number, &code).await;
    assert_eq!(entered["viewer"]["role"], "customer");
    let told = sentences(&people.enters(number, &code).await);
    assert_eq!(told.len(), 1, "a code works once");

    let (ada, bola) = (people.customer("ada").await, people.customer("bola").await);
    let wish = |who: &Value, network: &str, amount: &str| json!({ "userId": who, "network": network, "amount": amount });
    glo_is_switched_off(people).await;
    for (wish, sentence) in [
        (wish(&ada, "MTN", "1010.00"), "Amounts that are lent are multiples of 50."),
        (wish(&ada, "GLO", "1000.00"), "No airtime of this network is lent for now."),
        (wish(&bola, "MTN", "1000.00"), "There is no such user."),
        (
            wish(&ada, "MTN", "10050.00"),
            "With this loan 10050.00 would be out (0.00 before it), of a limit of 10000.00. Ask \
             for less, or have the limit raised.",
        ),
    ] {
        assert_eq!(people.is_told("ada", "rimLoanRequest", wish).await, [sentence]);
    }
    let mut input = wish(&ada, "MTN", "2000.00");
    input["idempotencyKey"] = json!(key());
    let shown = "loan { id loanId status amountDue } replayed";
    let asked = people.does("ada", "rimLoanRequest", input.clone(), shown).await;
    // Fifteen percent of it is the lender's.
    let loan = json!({
        "id": asked["loan"]["id"], "loanId": "LOAN-2026-001", "status": "PENDING",
        "amountDue": "2300.00",
    });
    assert_eq!((&asked["loan"], &asked["replayed"]), (&loan, &json!(false)));
    // The answer was lost on its way, and the phone asks again: the same loan.
    let again = people.does("ada", "rimLoanRequest", input, shown).await;
    assert_eq!((&again["loan"], &again["replayed"]), (&loan, &json!(true)));
    let told = people.is_told("ada", "rimLoanRequest", wish(&ada, "MTN", "50.00")).await;
    assert_eq!(told, ["The customer has 1 of at most 1 open loans."]);
    loan["id"].clone()
}

async fn glo_is_switched_off(people: &People<'_>) {
    let networks = people.id("systemConfigs", "key: {eq: \"enabled_networks\"}").await;
    let value = "[\"MTN\", \"Airtel\", \"9mobile\"]";
    let input = json!({ "systemConfigId": networks, "value": value });
    people.does("operations", "rimSystemConfigUpdate", input, "").await;
}

/// Bola is kept from borrowing while a complaint is looked into.
pub async fn who_is_suspended_borrows_nothing(people: &People<'_>) {
    let bola = people.customer("bola").await;
    let input = json!({ "userId": bola, "reason": "A complaint about her number" });
    let told = people.is_told("officer", "rimUserSuspend", input.clone()).await;
    assert_eq!(told, ["The role loan_officer may not do this."]);
    people.does("operations", "rimUserSuspend", input, "").await;
    let wish = json!({ "userId": bola, "network": "MTN", "amount": "1000.00" });
    let told = people.is_told("bola", "rimLoanRequest", wish).await;
    let sentence = "The customer is not active and gets no loans; activate the customer first.";
    assert_eq!(told, [sentence]);
    people.does("operations", "rimUserActivate", json!({ "userId": bola }), "").await;
}
