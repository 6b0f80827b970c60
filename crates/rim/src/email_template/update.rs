//! An email template changes (spec 5.9). One that the rules write by keeps its name, and the
//! values that they give.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::create::MOST_BODY;
use super::{EmailTemplate, EmailTemplateType};
use crate::message_template::{occasion, places};

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimEmailTemplateUpdateInput")]
pub struct Update {
    /// The template.
    pub email_template_id: Id<EmailTemplate>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called; unique, at most 100 characters.
    pub name: Option<String>,
    /// The subject; at most 200 characters.
    pub subject: Option<String>,
    /// The text as HTML; at most 20,000 characters.
    pub body: Option<String>,
    /// The values that it has places for: exactly those of subject and body.
    pub variables: Option<Vec<String>>,
    /// What it is for.
    pub r#type: Option<EmailTemplateType>,
}

mutation! {
    /// Changes an email template.
    pub UPDATE = "rimEmailTemplateUpdate"(Update) -> EmailTemplate,
    permission "rim.email_template.update" => update
}

/// Changes a template (spec 5.9).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<EmailTemplate> {
    let (id, field) = (&input.email_template_id, "emailTemplateId");
    let template: EmailTemplate = tx.lock_version(id, field, input.expected_version).await?;
    let name = match input.name {
        Some(name) => tx.text(&name, "name", 100),
        None => template.name.clone(),
    };
    occasion::keeps_its_name(tx, &template.name, &name);
    let subject = match input.subject {
        Some(subject) => tx.text(&subject, "subject", 200),
        None => template.subject.clone(),
    };
    let body = match input.body {
        Some(body) => tx.text(&body, "body", MOST_BODY),
        None => template.body.clone(),
    };
    let variables = match input.variables {
        Some(variables) => places::names(tx, variables),
        None => template.variables.clone(),
    };
    places::check(tx, &name, &[("subject", &subject), ("body", &body)], &variables);
    tx.settle()?;
    let sets = vec![
        EmailTemplate::NAME.to(name),
        EmailTemplate::SUBJECT.to(subject),
        EmailTemplate::BODY.to(body),
        EmailTemplate::VARIABLES.to(variables),
        EmailTemplate::TYPE.to(input.r#type.unwrap_or(template.r#type)),
    ];
    tx.update(&template, sets).await
}
