//! Whether the rules write by an email template (spec 5.9); by one that is switched off nothing is
//! sent.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::EmailTemplate;

/// Which template to use again.
#[derive(InputObject)]
#[graphql(name = "RimEmailTemplateEnableInput")]
pub struct Enable {
    /// The template.
    pub email_template_id: Id<EmailTemplate>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Which template not to use.
#[derive(InputObject)]
#[graphql(name = "RimEmailTemplateDisableInput")]
pub struct Disable {
    /// The template.
    pub email_template_id: Id<EmailTemplate>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Uses an email template again.
    pub ENABLE = "rimEmailTemplateEnable"(Enable) -> EmailTemplate,
    permission "rim.email_template.update" => enable
}

mutation! {
    /// Sends nothing by an email template until it is switched on again.
    pub DISABLE = "rimEmailTemplateDisable"(Disable) -> EmailTemplate,
    permission "rim.email_template.update" => disable
}

/// Switches a template on.
pub async fn enable(tx: &mut Tx, input: Enable) -> Rule<EmailTemplate> {
    let (id, field) = (&input.email_template_id, "emailTemplateId");
    let template: EmailTemplate = tx.lock_version(id, field, input.expected_version).await?;
    tx.update(&template, vec![EmailTemplate::ENABLED.to(true)]).await
}

/// Switches a template off.
pub async fn disable(tx: &mut Tx, input: Disable) -> Rule<EmailTemplate> {
    let (id, field) = (&input.email_template_id, "emailTemplateId");
    let template: EmailTemplate = tx.lock_version(id, field, input.expected_version).await?;
    tx.update(&template, vec![EmailTemplate::ENABLED.to(false)]).await
}
