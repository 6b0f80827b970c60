//! What people write on a ticket besides messages (spec 1.15, 5.7).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::{Code, Refusal};

/// Tags of a ticket at most.
const MOST_TAGS: usize = 50;

/// Characters of a tag at most.
const MOST_CHARACTERS: usize = 60;

/// What a ticket is about, in a line of 3 to 200 characters.
pub fn subject(tx: &mut Tx, subject: &str) -> String {
    let subject = tx.text(subject, "subject", 200);
    let length = subject.chars().count();
    tx.require(length == 0 || length >= 3, || {
        let message = "At least 3 characters.";
        Refusal::new(Code::OutOfRange, "subject", message).with("least", 3)
    });
    tx.no_card_number(Some(&subject), "subject");
    subject
}

/// Words to find a ticket by: trimmed, each once, in their order.
pub fn tags(tx: &mut Tx, tags: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for (place, tag) in tags.iter().enumerate() {
        if once.len() > MOST_TAGS {
            break;
        }
        let field = format!("tags.{place}");
        let Some(tag) = tx.optional_text(Some(tag.clone()), &field, MOST_CHARACTERS) else {
            continue;
        };
        if !once.contains(&tag) {
            once.push(tag);
        }
    }
    tx.require(once.len() <= MOST_TAGS, || {
        let message = format!("At most {MOST_TAGS} tags.");
        Refusal::new(Code::OutOfRange, "tags", message).with("most", MOST_TAGS)
    });
    once
}
