//! An SMS template that is not used any more is deleted; one that the rules write by is
//! switched off instead (spec 5.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::SmsTemplate;
use crate::message_template::occasion;

/// Which template to delete.
#[derive(InputObject)]
#[graphql(name = "RimSmsTemplateDeleteInput")]
pub struct Delete {
    /// The template.
    pub sms_template_id: Id<SmsTemplate>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes an SMS template that the rules do not write by.
    pub DELETE = "rimSmsTemplateDelete"(Delete),
    permission "rim.sms_template.delete"
    also [("deletedId", "The template that was deleted.", "ID")] => delete
}

/// Deletes a template (spec 5.9).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.sms_template_id, "smsTemplateId");
    let template: SmsTemplate = tx.lock_version(id, field, input.expected_version).await?;
    occasion::is_free(tx, &template.name, field);
    tx.settle()?;
    tx.delete(&template).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
