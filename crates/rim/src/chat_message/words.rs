//! What may stand in a message (spec 5.7, 1.11): 1 to 5000 characters, or nothing beside a file;
//! and never the number of a payment card.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::{Code, Refusal};

/// Characters of a message at most.
const MOST_CHARACTERS: usize = 5000;

/// The text of a message as it is kept; blank only where files come with it.
pub fn words(tx: &mut Tx, text: Option<String>, has_files: bool) -> String {
    let text = tx.optional_text(text, "message", MOST_CHARACTERS).unwrap_or_default();
    tx.require(has_files || !text.is_empty(), || {
        let message = "Write something, or send a file.";
        Refusal::new(Code::Required, "message", message)
    });
    tx.no_card_number(Some(&text), "message");
    text
}
