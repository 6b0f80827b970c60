//! An SMS template changes (spec 5.9). One that the rules write by keeps its name, and the
//! values that they give.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{SmsTemplate, create};
use crate::message_template::{occasion, places};

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimSmsTemplateUpdateInput")]
pub struct Update {
    /// The template.
    pub sms_template_id: Id<SmsTemplate>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called; unique, at most 100 characters.
    pub name: Option<String>,
    /// The text; at most 160 characters, one SMS without its values.
    pub message: Option<String>,
    /// The values that it has places for: exactly those of the text.
    pub variables: Option<Vec<String>>,
}

mutation! {
    /// Changes an SMS template.
    pub UPDATE = "rimSmsTemplateUpdate"(Update) -> SmsTemplate,
    permission "rim.sms_template.update" => update
}

/// Changes a template (spec 5.9).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<SmsTemplate> {
    let (id, field) = (&input.sms_template_id, "smsTemplateId");
    let template: SmsTemplate = tx.lock_version(id, field, input.expected_version).await?;
    let name = match input.name {
        Some(name) => tx.text(&name, "name", 100),
        None => template.name.clone(),
    };
    occasion::keeps_its_name(tx, &template.name, &name);
    let variables = match input.variables {
        Some(variables) => places::names(tx, variables),
        None => template.variables.clone(),
    };
    let text = input.message.unwrap_or_else(|| template.message.clone());
    let message = create::message(tx, &name, &text, &variables);
    tx.settle()?;
    let sets = vec![
        SmsTemplate::NAME.to(name),
        SmsTemplate::MESSAGE.to(message),
        SmsTemplate::VARIABLES.to(variables),
    ];
    tx.update(&template, sets).await
}
