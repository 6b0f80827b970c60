//! The third act: the airtime goes out. No telecom is called, what it would be asked is only
//! recorded, so that people say what became of it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::people::People;
use super::standing;

/// The first attempt fails, the second arrives.
pub async fn the_telecom_fails_and_is_tried_again(people: &People<'_>, loan: &Value) {
    let input = json!({ "loanId": loan });
    let told = people.is_told("officer", "rimLoanDisburse", input.clone()).await;
    assert_eq!(told, ["The role loan_officer may not do this."]);
    people.does("finance", "rimLoanDisburse", input.clone(), "").await;
    let under_way = "The airtime is on its way as TRX-2026-000001; wait for its end.";
    let told = people.is_told("finance2", "rimLoanDisburse", input.clone()).await;
    assert_eq!(told, [under_way]);
    let told = people.is_told("officer", "rimLoanUndoApprove", input).await;
    assert_eq!(told, [under_way]);

    let first = airtime(people, "TRX-2026-000001").await;
    let input = json!({ "transactionId": first, "reason": "Their line is down" });
    let shown = "transaction { status failureReason loan { status disbursementAttempts } }";
    let failed = people.does("finance", "rimTransactionFail", input, shown).await;
    let expected = json!({
        "status": "FAILED", "failureReason": "Their line is down",
        "loan": { "status": "APPROVED", "disbursementAttempts": 1 },
    });
    assert_eq!(failed["transaction"], expected);

    // The clock tries again a minute later, under a reference of its own.
    people.world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(people.world.run_job("payOutLoans").await, 1);
    let second = airtime(people, "TRX-2026-000002").await;
    let calls = "apiIntegrations { nodes { calls { nodes { purpose succeeded } } } }";
    let calls = people.sees("admin", calls).await;
    let call = |purpose: &str| json!({ "purpose": purpose, "succeeded": true });
    let recorded = json!([call("AIRTIME"), call("AIRTIME"), call("TEST")]);
    assert_eq!(calls["nodes"][0]["calls"]["nodes"], recorded);

    let input = json!({ "transactionId": second, "telcoReference": "MTN-7741" });
    people.does("finance", "rimTransactionConfirm", input.clone(), "").await;
    let told = people.is_told("finance", "rimTransactionConfirm", input).await;
    let sentence = "The transaction is completed; to confirm, it has to be pending. Possible now: \
                    refund.";
    assert_eq!(told, [sentence]);
    let out =
        json!({ "status": "DISBURSED", "amountPaid": "0.00", "outstandingAmount": "2300.00" });
    assert_eq!(standing(people, loan).await, out);
    // Until the end of the fourteenth day, as the lender's clocks say.
    let own = people.sees("ada", "loans { nodes { dueDate telcoReference } }").await;
    let expected = json!([{
        "dueDate": "2026-03-16T22:59:59.999999Z", "telcoReference": "MTN-7741",
    }]);
    assert_eq!(own["nodes"], expected);
}

async fn airtime(people: &People<'_>, number: &str) -> Value {
    people.id("transactions", &format!("transactionId: {{eq: \"{number}\"}}")).await
}
