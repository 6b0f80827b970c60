//! The second act: officers agree to what was asked for, or do not.

use serde_json::{Value, json};

use super::people::People;

/// What an officer entered for a customer is decided by another one.
pub async fn nobody_decides_on_what_they_entered(people: &People<'_>) {
    let wish = json!({
        "userId": people.customer("bola").await, "network": "MTN", "amount": "1000.00",
    });
    let made = people.does("officer", "rimLoanRequest", wish, "loan { id status }").await;
    assert_eq!(made["loan"]["status"], "PENDING");
    let input = json!({ "loanId": made["loan"]["id"] });
    let told = people.is_told("officer", "rimLoanApprove", input.clone()).await;
    assert_eq!(told, ["You entered this loan; somebody else has to agree to it."]);
    let because = |reason: &str| json!({ "loanId": made["loan"]["id"], "reason": reason });
    let told = people.is_told("officer2", "rimLoanReject", because(" ")).await;
    assert_eq!(told, ["This may not be blank."]);
    let because = because("No income that we know of");
    let shown = "loan { status rejectionReason }";
    let rejected = people.does("officer2", "rimLoanReject", because, shown).await;
    let expected = json!({
        "status": "REJECTED", "rejectionReason": "No income that we know of",
    });
    assert_eq!(rejected["loan"], expected);
    let told = people.is_told("officer2", "rimLoanApprove", input).await;
    assert_eq!(told, ["The loan is rejected; to approve, it has to be pending. This is final."]);
}

/// Ada's wish finds an officer who agrees.
pub async fn an_officer_agrees(people: &People<'_>, loan: &Value) {
    let input = json!({ "loanId": loan });
    for (who, role) in [("ada", "customer"), ("agent", "support_agent"), ("finance", "finance")] {
        let told = people.is_told(who, "rimLoanApprove", input.clone()).await;
        assert_eq!(told, [format!("The role {role} may not do this.")]);
    }
    people.does("officer", "rimLoanApprove", input.clone(), "").await;
    let query = format!("loan(id: {loan}) {{ status autoApproved approver {{ username }} }}");
    let expected = json!({
        "status": "APPROVED", "autoApproved": false, "approver": { "username": "officer" },
    });
    assert_eq!(people.sees("operations", &query).await, expected);
    let told = people.is_told("officer2", "rimLoanApprove", input).await;
    let sentence = "The loan is approved; to approve, it has to be pending. Possible now: \
                    undoApprove, disburse.";
    assert_eq!(told, [sentence]);
}
