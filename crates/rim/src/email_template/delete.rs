//! An email template that is not used any more is deleted; one that the rules write by is
//! switched off instead (spec 5.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::mutation::Outcome;
use bizgraph_kernel::refusal::Rule;

use super::EmailTemplate;
use crate::message_template::occasion;

/// Which template to delete.
#[derive(InputObject)]
#[graphql(name = "RimEmailTemplateDeleteInput")]
pub struct Delete {
    /// The template.
    pub email_template_id: Id<EmailTemplate>,
    /// The version that was read; the deletion is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Deletes an email template that the rules do not write by.
    pub DELETE = "rimEmailTemplateDelete"(Delete),
    permission "rim.email_template.delete"
    also [("deletedId", "The template that was deleted.", "ID")] => delete
}

/// Deletes a template (spec 5.9).
pub async fn delete(tx: &mut Tx, input: Delete) -> Rule<Outcome> {
    let (id, field) = (&input.email_template_id, "emailTemplateId");
    let template: EmailTemplate = tx.lock_version(id, field, input.expected_version).await?;
    occasion::is_free(tx, &template.name, field);
    tx.settle()?;
    tx.delete(&template).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
