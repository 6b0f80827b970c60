//! Which places a template has, and which values it names: each place is named, each name has a
//! place, and what the rules send has only places that they can fill (spec 5.9).

use std::collections::BTreeSet;

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::notification::text_template::{is_place, places};
use bizgraph_kernel::refusal::{Code, Refusal};
use serde_json::Value;

use super::occasion;

/// Names of values that a template can list (spec 1.15).
const MOST_VARIABLES: usize = 50;

/// Characters of a value that a preview fills in.
const MOST_VALUE: usize = 1_000;

/// The names of values as a template's row holds them: trimmed, each once.
pub fn names(tx: &mut Tx, names: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let name = name.trim().to_owned();
        tx.require(is_place(&name), || {
            let message = "A variable is one word of at most 60 letters, digits and underscores.";
            Refusal::new(Code::BadFormat, format!("variables.{index}"), message)
        });
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    tx.require(kept.len() <= MOST_VARIABLES, || {
        let message = format!("At most {MOST_VARIABLES} variables.");
        Refusal::new(Code::OutOfRange, "variables", message).with("most", MOST_VARIABLES)
    });
    kept
}

/// Refuses unless the places of these texts, each with its field, are the variables.
pub fn check(tx: &mut Tx, name: &str, texts: &[(&str, &str)], variables: &[String]) {
    let mut used = BTreeSet::new();
    for (field, text) in texts {
        tx.no_card_number(Some(text), field);
        match places(text) {
            Err(why) => tx.refuse(Refusal::new(Code::BadFormat, *field, why)),
            Ok(found) => {
                for place in found.iter().filter(|place| !variables.contains(place)) {
                    let message = format!("{{{{{place}}}}} is not among the variables.");
                    let refusal = Refusal::new(Code::ValidationFailed, *field, message);
                    tx.refuse(refusal.with("variable", place.as_str()));
                }
                used.extend(found);
            }
        }
    }
    let given = occasion::named(name);
    for (index, variable) in variables.iter().enumerate() {
        let at = format!("variables.{index}");
        if !used.contains(variable) {
            let message = format!("{{{{{variable}}}}} stands nowhere in the text.");
            let refusal = Refusal::new(Code::ValidationFailed, at, message);
            tx.refuse(refusal.with("variable", variable.as_str()));
        } else if let Some(occasion) = given
            && !occasion.variables.contains(&variable.as_str())
        {
            let known = occasion.variables.join(", ");
            let message = format!("The rules send {name} with: {known}.");
            let refusal = Refusal::new(Code::ValidationFailed, at, message);
            tx.refuse(refusal.with("variable", variable.as_str()));
        }
    }
}

/// The values of a preview: one for each variable, and no other.
pub fn values(tx: &mut Tx, variables: &[String], given: Value) -> Value {
    let Value::Object(given) = given else {
        let message = "An object with a value for each variable.";
        tx.refuse(Refusal::new(Code::BadFormat, "values", message));
        return Value::Null;
    };
    for name in variables.iter().filter(|name| !given.contains_key(*name)) {
        let message = format!("{{{{{name}}}}} has no value.");
        tx.refuse(Refusal::new(Code::Required, format!("values.{name}"), message));
    }
    for (name, value) in &given {
        let at = format!("values.{name}");
        if !variables.contains(name) {
            let message = "The template has no such variable.";
            tx.refuse(Refusal::new(Code::ReferenceNotFound, at, message));
        } else if value.is_null() || value.is_array() || value.is_object() {
            let message = "A text, a number, true or false.";
            tx.refuse(Refusal::new(Code::BadFormat, at, message));
        } else if value.as_str().is_some_and(|text| text.chars().count() > MOST_VALUE) {
            let message = format!("At most {MOST_VALUE} characters.");
            tx.refuse(Refusal::new(Code::OutOfRange, at, message).with("most", MOST_VALUE));
        }
    }
    Value::Object(given)
}
