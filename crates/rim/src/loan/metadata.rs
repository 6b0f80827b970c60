//! What else is kept with a loan or a transaction: an object, whose names are not those of the
//! columns that the same field answers (spec 5.6).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::{Code, Refusal};
use serde_json::Value;

/// Refuses what is no object, what would hide a column, and card numbers.
pub fn check(tx: &mut Tx, given: &Value, columns: &[&str]) {
    tx.require(given.is_object(), || {
        Refusal::new(Code::BadFormat, "metadata", "An object, such as {\"channel\": \"app\"}.")
    });
    let names = given.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let hidden: Vec<&str> = names.filter(|name| columns.contains(name)).collect();
    tx.require(hidden.is_empty(), || {
        let message = format!("{} has a place of its own.", hidden.join(", "));
        Refusal::new(Code::ValidationFailed, "metadata", message).with("fields", hidden.clone())
    });
    tx.no_card_number(Some(&given.to_string()), "metadata");
}
