//! The last act: what the days came to.

use serde_json::{Value, json};

use super::people::People;

/// What a report says to somebody.
async fn report(people: &People<'_>, who: &str, name: &str, shown: &str) -> Value {
    let seen = people.sees(who, &format!("reports {{ it: {name} {{ {shown} }} }}")).await;
    seen["it"].clone()
}

/// The reports of the day before, and of all of it.
pub async fn the_days_are_looked_at(people: &People<'_>) {
    let day = "(from: \"2026-04-20\", to: \"2026-04-20\")";
    let shown = "rows { group collected refunded netCollected } totals { disbursed }";
    let cash = report(people, "operations", &format!("cashFlow{day}"), shown).await;
    let rows = json!([{
        "group": "2026-04-20", "collected": "2000.00", "refunded": "2000.00",
        "netCollected": "0.00",
    }]);
    assert_eq!(cash, json!({ "rows": rows, "totals": { "disbursed": "0.00" } }));
    let all = "(from: \"2026-03-01\", to: \"2026-04-20\")";
    let shown = "totals { disbursed collected refunded netCollected }";
    let cash = report(people, "operations", &format!("cashFlow{all}"), shown).await;
    let whole = json!({
        "disbursed": "2000.00", "collected": "4300.00", "refunded": "2000.00",
        "netCollected": "2300.00",
    });
    assert_eq!(cash["totals"], whole);

    let shown = "totals { requested approved rejected disbursed completed approvalRate }";
    let funnel = report(people, "operations", &format!("approvalFunnel{all}"), shown).await;
    let decided = json!({
        "requested": 2, "approved": 1, "rejected": 1, "disbursed": 1, "completed": 1,
        "approvalRate": "50.00",
    });
    assert_eq!(funnel["totals"], decided);
    let shown = "rows { group defaulted recovered defaultRate recoveryRate }";
    let cohorts = report(people, "operations", &format!("cohorts{all}"), shown).await;
    let march = json!([{
        "group": "2026-03", "defaulted": 1, "recovered": 1, "defaultRate": "100.00",
        "recoveryRate": "100.00",
    }]);
    assert_eq!(cohorts["rows"], march);

    let shown = "rows { name matchedCount matchedAmount countDifference amountDifference }";
    let statements = report(people, "finance", "reconciliation", shown).await;
    let april = json!([{
        "name": "April", "matchedCount": 2, "matchedAmount": "2300.00", "countDifference": 0,
        "amountDifference": "0.00",
    }]);
    assert_eq!(statements["rows"], april);
    let shown = "rows { group tickets answered resolved escalated reopened resolutionInTime }";
    let tickets = report(people, "lead", &format!("tickets{day}"), shown).await;
    let told = json!([{
        "group": "transaction", "tickets": 1, "answered": 1, "resolved": 1, "escalated": 1,
        "reopened": 1, "resolutionInTime": "100.00",
    }]);
    assert_eq!(tickets["rows"], told);

    // Nothing of it is for the eyes of marketing, or of customers.
    for (who, role) in [("marketing", "marketing"), ("ada", "customer")] {
        let query = "{ rim { reports { cashFlow { totals { collected } } } } }";
        let answer = people.asks(who, query).await;
        let sentence = format!("The role {role} may not see this report.");
        assert_eq!(answer["errors"][0]["message"], sentence, "{answer}");
    }
}
