//! How an SMS would read with these values, and what it would take (spec 5.9). Nothing is sent.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::notification::text_template::{Escaping, fill};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Json;

use super::{SmsTemplate, length};
use crate::message_template::places;

/// Which template, and with what.
#[derive(InputObject)]
#[graphql(name = "RimSmsTemplatePreviewInput")]
pub struct Preview {
    /// The template.
    pub sms_template_id: Id<SmsTemplate>,
    /// An object with a value for each of its variables.
    pub values: Json,
}

mutation! {
    /// Shows how an SMS would read and what it would take; nothing is sent.
    pub PREVIEW = "rimSmsTemplatePreview"(Preview) -> SmsTemplate,
    permission "rim.sms_template.preview"
    also [
        ("message", "The text, before it is shortened to one SMS.", "String"),
        ("units", "Places that it takes, of 160 in one SMS, or of 70 where it is Unicode.", "Int"),
        ("segments", "SMS that it would take.", "Int"),
        ("unicode", "Whether a character outside the alphabet of phones makes it Unicode.", "Boolean"),
    ] => preview
}

/// Fills a template (spec 5.9).
pub async fn preview(tx: &mut Tx, input: Preview) -> Rule<Outcome> {
    let template: SmsTemplate = tx.read(&input.sms_template_id, "smsTemplateId").await?;
    let values = places::values(tx, &template.variables, input.values.0);
    tx.settle()?;
    let text = fill(&template.message, &values, Escaping::Plain)
        .map_err(|why| Refusal::new(Code::OutOfRange, "values", why))?;
    let length = length::of(&text);
    Ok(Outcome::from(template)
        .with("message", text)
        .with("units", length.units)
        .with("segments", length.segments)
        .with("unicode", length.is_unicode))
}
