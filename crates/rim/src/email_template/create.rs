//! A new email template (spec 5.9): each place of subject and body is among its variables, and
//! each variable has a place.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::{EmailTemplate, EmailTemplateType};
use crate::message_template::places;

/// Characters of a body.
pub const MOST_BODY: usize = 20_000;

/// The template.
#[derive(InputObject)]
#[graphql(name = "RimEmailTemplateCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 100 characters.
    pub name: String,
    /// The subject, at most 200 characters, with `{{variable}}` where a value stands.
    pub subject: String,
    /// The text as HTML, at most 20,000 characters, with `{{variable}}` where a value stands.
    /// Values are escaped.
    pub body: String,
    /// The values that it has places for, at most 50: exactly those of subject and body.
    pub variables: Vec<String>,
    /// What it is for; customers can opt out of marketing.
    pub r#type: EmailTemplateType,
}

mutation! {
    /// Adds an email template, switched on.
    pub CREATE = "rimEmailTemplateCreate"(Create) -> EmailTemplate,
    permission "rim.email_template.create" => create
}

/// Adds a template (spec 5.9).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<EmailTemplate> {
    let name = tx.text(&input.name, "name", 100);
    let subject = tx.text(&input.subject, "subject", 200);
    let body = tx.text(&input.body, "body", MOST_BODY);
    let variables = places::names(tx, input.variables);
    places::check(tx, &name, &[("subject", &subject), ("body", &body)], &variables);
    tx.settle()?;
    tx.insert(vec![
        EmailTemplate::NAME.to(name),
        EmailTemplate::SUBJECT.to(subject),
        EmailTemplate::BODY.to(body),
        EmailTemplate::VARIABLES.to(variables),
        EmailTemplate::TYPE.to(input.r#type),
    ])
    .await
}
