//! What a telecom is asked and how its answer is read. Airtime is ordered by `POST /airtime` under
//! a reference that is never used for anything else, so that the same order twice is one; `GET
//! /airtime/{reference}` tells what became of it. Both answer `{status, reference, message}`.
//!
//! Only what is sure fails an order: a refusal, or a call that never left. Where the telecom may
//! have done what it was asked, nobody knows until it is asked again.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::provider::{Call, Reply};
use bizgraph_kernel::refusal::Rule;
use serde_json::{Value, json};

use crate::api_integration::{ApiIntegration, calling};
use crate::transaction::Transaction;

/// Most characters of what a telecom says that are kept.
const MOST_WORDS: usize = 300;

/// Most characters of a telecom's reference that are kept.
const MOST_REFERENCE: usize = 100;

/// What became of airtime, as far as the telecom says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrived, under the telecom's own reference where it has one.
    Arrived(Option<String>),
    /// It did not and will not arrive.
    Failed(String),
    /// The telecom is at it.
    UnderWay,
    /// The telecom knows nothing of it.
    NeverHeard,
    /// Nobody knows.
    Unclear(String),
}

/// The order of airtime.
pub fn order(tx: &Tx, telecom: &ApiIntegration, transaction: &Transaction) -> Rule<Call> {
    let reference = reference_of(transaction);
    let body = json!({
        "reference": reference,
        "phone": transaction.user_phone,
        "amount": transaction.amount.to_string(),
        "currency": tx.actor.tenant.currency,
        "network": telecom.network.map(|network| network.spelling()),
    });
    let call = calling::call(tx, telecom, "/airtime")?;
    Ok(Call { body: Some(body), idempotency_key: Some(reference), ..call })
}

/// The question what became of an order.
pub fn inquiry(tx: &Tx, telecom: &ApiIntegration, transaction: &Transaction) -> Rule<Call> {
    calling::call(tx, telecom, &format!("/airtime/{}", reference_of(transaction)))
}

/// The reference that the telecom was told; airtime is never without.
fn reference_of(transaction: &Transaction) -> String {
    transaction.reference.clone().unwrap_or_else(|| transaction.transaction_id.clone())
}

/// How the answer to an order is read.
pub fn fate_of_order(reply: &Reply) -> Fate {
    match reply {
        Reply::NotSent(why) => Fate::Failed(words(why)),
        Reply::Unclear(why) => Fate::Unclear(words(why)),
        Reply::Answered { status: 200..=299, body } => told(body.as_ref()),
        // The telecom took nothing, or has it already: both are told when it is asked.
        Reply::Answered { status: status @ (408 | 409 | 425 | 429), .. } => {
            Fate::Unclear(format!("HTTP status {status}"))
        }
        Reply::Answered { status: status @ 300..=499, body } => {
            Fate::Failed(refused(*status, body.as_ref()))
        }
        Reply::Answered { status, .. } => Fate::Unclear(format!("HTTP status {status}")),
    }
}

/// How the answer to an inquiry is read.
pub fn fate_of_inquiry(reply: &Reply) -> Fate {
    match reply {
        Reply::Answered { status: 200..=299, body } => told(body.as_ref()),
        Reply::Answered { status: 404, .. } => Fate::NeverHeard,
        Reply::Answered { status, body } => Fate::Unclear(refused(*status, body.as_ref())),
        Reply::NotSent(why) | Reply::Unclear(why) => Fate::Unclear(words(why)),
    }
}

fn told(body: Option<&Value>) -> Fate {
    let Some(body) = body else { return Fate::Unclear("an answer that is no JSON".to_owned()) };
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    match text("status") {
        Some("completed") => Fate::Arrived(text("reference").and_then(reference)),
        Some("failed") => Fate::Failed(words(text("message").unwrap_or("the telecom failed it"))),
        // Whoever asks was not told that it arrived: for the lender it never did.
        Some("reversed") => {
            Fate::Failed(words(text("message").unwrap_or("the telecom took it back")))
        }
        Some("pending") => Fate::UnderWay,
        _ => Fate::Unclear("an answer without a status".to_owned()),
    }
}

fn refused(status: u16, body: Option<&Value>) -> String {
    let message = body.and_then(|body| body.get("message")).and_then(Value::as_str);
    match message {
        Some(message) => words(&format!("HTTP status {status}: {message}")),
        None => format!("HTTP status {status}"),
    }
}

/// Words of others, as they can be stored and shown.
pub fn words(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect()
}

/// A reference of others; `None` for one that cannot be kept whole.
pub fn reference(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.chars().count() <= MOST_REFERENCE
        && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: Value) -> Reply {
        Reply::Answered { status, body: Some(body) }
    }

    #[test]
    fn only_what_is_sure_fails_an_order() {
        let failed = |reply: &Reply| matches!(fate_of_order(reply), Fate::Failed(_));
        assert!(failed(&Reply::NotSent("no such host".into())));
        assert!(failed(&answered(422, json!({ "message": "no such phone" }))));
        assert!(failed(&answered(302, json!({}))));
        assert!(failed(&answered(200, json!({ "status": "failed" }))));
        for reply in [
            Reply::Unclear("no answer".into()),
            answered(500, json!({ "status": "failed" })),
            answered(429, json!({})),
            answered(409, json!({})),
            answered(200, json!({})),
            answered(200, json!([1])),
            Reply::Answered { status: 200, body: None },
        ] {
            assert!(matches!(fate_of_order(&reply), Fate::Unclear(_)), "{reply:?}");
        }
    }

    #[test]
    fn an_inquiry_fails_nothing_that_the_telecom_does_not_call_failed() {
        let unclear = |reply: &Reply| matches!(fate_of_inquiry(reply), Fate::Unclear(_));
        assert!(unclear(&Reply::NotSent("no such host".into())));
        assert!(unclear(&answered(401, json!({}))));
        assert_eq!(fate_of_inquiry(&answered(404, json!({}))), Fate::NeverHeard);
        let failed = answered(200, json!({ "status": "failed", "message": "no\u{0} phone" }));
        assert_eq!(fate_of_inquiry(&failed), Fate::Failed("no phone".to_owned()));
        let reversed = answered(200, json!({ "status": "reversed" }));
        assert_eq!(fate_of_inquiry(&reversed), Fate::Failed("the telecom took it back".to_owned()));
    }

    #[test]
    fn a_reference_that_cannot_be_kept_is_none() {
        let arrived = |reference: Value| {
            fate_of_order(&answered(200, json!({ "status": "completed", "reference": reference })))
        };
        assert_eq!(arrived(json!(" M-1 ")), Fate::Arrived(Some("M-1".to_owned())));
        for reference in [json!("x".repeat(101)), json!("a\u{0}b"), json!(""), json!(7)] {
            assert_eq!(arrived(reference), Fate::Arrived(None));
        }
    }
}
