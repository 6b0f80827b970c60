//! The sixth act: what a customer may borrow changes, by the rules and by people.

use serde_json::json;

use super::ada;
use super::people::People;

/// A little more is given by one person, far more by two.
pub async fn the_limit_is_raised(people: &People<'_>) {
    let her = people.customer("ada").await;
    let limit = |limit: &str, reason: &str| json!({ "userId": her, "creditLimit": limit, "reason": reason });
    let name = "rimUserSetCredit";
    let told = people.is_told("officer", name, limit("8000.00", "She paid")).await;
    assert_eq!(told, ["The role loan_officer may not do this."]);
    let told = people.is_told("operations", name, limit("-1.00", " ")).await;
    let sentences = ["This may not be blank.", "The amount must be from 0.00 to 99999999.99."];
    assert_eq!(told, sentences);
    people.does("operations", name, limit("8000.00", "She paid after all"), "").await;
    assert_eq!(ada(people).await["creditLimit"], "8000.00");

    let request = people.asks_for("operations", name, limit("60000.00", "A large order")).await;
    assert_eq!(ada(people).await["creditLimit"], "8000.00");
    let input = json!({ "approvalRequestId": request });
    let told = people.is_told("operations", "approvalApprove", input.clone()).await;
    assert_eq!(told, ["You asked for it, so another person has to decide."]);
    let told = people.is_told("marketing", "approvalApprove", input.clone()).await;
    assert_eq!(told, ["Your role may not agree to this."]);
    people.does("operations2", "approvalApprove", input.clone(), "").await;
    assert_eq!(ada(people).await["creditLimit"], "60000.00");
    let told = people.is_told("operations2", "approvalApprove", input).await;
    assert_eq!(told, ["operations2 decided this already: approved."]);

    let query = "creditLimitChanges(orderBy: [{field: CREATED_AT, direction: ASC}]) { nodes { \
                 oldLimit newLimit reason changer { username } } }";
    let change = |old: &str, new: &str, reason: &str, by: Option<&str>| {
        let changer = by.map(|username| json!({ "username": username }));
        json!({ "oldLimit": old, "newLimit": new, "reason": reason, "changer": changer })
    };
    let changes = [
        change("10000.00", "5000.00", "Defaulted: LOAN-2026-001", None),
        change("5000.00", "8000.00", "She paid after all", Some("operations")),
        change("8000.00", "60000.00", "A large order", Some("operations2")),
    ];
    assert_eq!(people.sees("operations", query).await["nodes"], json!(changes));
}
