//! How an email would read with these values (spec 5.9): the subject as it is, in the body each
//! value escaped. Nothing is sent.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::notification::text_template::{Escaping, fill};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Json;

use super::EmailTemplate;
use crate::message_template::places;

/// Which template, and with what.
#[derive(InputObject)]
#[graphql(name = "RimEmailTemplatePreviewInput")]
pub struct Preview {
    /// The template.
    pub email_template_id: Id<EmailTemplate>,
    /// An object with a value for each of its variables.
    pub values: Json,
}

mutation! {
    /// Shows how an email would read; nothing is sent.
    pub PREVIEW = "rimEmailTemplatePreview"(Preview) -> EmailTemplate,
    permission "rim.email_template.preview"
    also [
        ("subject", "The subject.", "String"),
        ("body", "The text, as HTML.", "String"),
    ] => preview
}

/// Fills a template (spec 5.9).
pub async fn preview(tx: &mut Tx, input: Preview) -> Rule<Outcome> {
    let template: EmailTemplate = tx.read(&input.email_template_id, "emailTemplateId").await?;
    let values = places::values(tx, &template.variables, input.values.0);
    tx.settle()?;
    let too_long = |why| Refusal::new(Code::OutOfRange, "values", why);
    let subject = fill(&template.subject, &values, Escaping::Plain).map_err(too_long)?;
    let body = fill(&template.body, &values, Escaping::Html).map_err(too_long)?;
    Ok(Outcome::from(template).with("subject", subject).with("body", body))
}
