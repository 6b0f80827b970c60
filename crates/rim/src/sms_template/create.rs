//! A new SMS template (spec 5.9): each place is among its variables, each variable has a place,
//! and what stands between them fits into one SMS.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::notification::text_template::{Escaping, fill};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::Value;

use super::{SmsTemplate, length};
use crate::message_template::places;

/// Characters of a template, places included.
const MOST: usize = 160;

/// The template.
#[derive(InputObject)]
#[graphql(name = "RimSmsTemplateCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 100 characters.
    pub name: String,
    /// The text with `{{variable}}` where a value stands: at most 160 characters, and without
    /// the values one SMS, which holds 160 of the alphabet of phones or 70 of others.
    pub message: String,
    /// The values that it has places for, at most 50: exactly those of the text.
    pub variables: Vec<String>,
}

mutation! {
    /// Adds an SMS template, switched on.
    pub CREATE = "rimSmsTemplateCreate"(Create) -> SmsTemplate,
    permission "rim.sms_template.create" => create
}

/// Adds a template (spec 5.9).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<SmsTemplate> {
    let name = tx.text(&input.name, "name", 100);
    let variables = places::names(tx, input.variables);
    let message = message(tx, &name, &input.message, &variables);
    tx.settle()?;
    tx.insert(vec![
        SmsTemplate::NAME.to(name),
        SmsTemplate::MESSAGE.to(message),
        SmsTemplate::VARIABLES.to(variables),
    ])
    .await
}

/// A text whose places are the variables and that fits into one SMS.
pub fn message(tx: &mut Tx, name: &str, message: &str, variables: &[String]) -> String {
    let message = tx.text(message, "message", MOST);
    places::check(tx, name, &[("message", &message)], variables);
    let empty: Value = variables.iter().map(|name| (name.clone(), Value::from(""))).collect();
    if message.chars().count() <= MOST
        && let Ok(text) = fill(&message, &empty, Escaping::Plain)
    {
        let length = length::of(&text);
        tx.require(length.segments <= 1, || {
            let most = if length.is_unicode { 70 } else { 160 };
            let message = format!(
                "Without its values it takes {} characters of an SMS; {most} fit into one.",
                length.units
            );
            Refusal::new(Code::OutOfRange, "message", message).with("most", most)
        });
    }
    message
}
