//! Whether the rules write by an SMS template (spec 5.9); by one that is switched off nothing is
//! sent.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::SmsTemplate;

/// Which template to use again.
#[derive(InputObject)]
#[graphql(name = "RimSmsTemplateEnableInput")]
pub struct Enable {
    /// The template.
    pub sms_template_id: Id<SmsTemplate>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Which template not to use.
#[derive(InputObject)]
#[graphql(name = "RimSmsTemplateDisableInput")]
pub struct Disable {
    /// The template.
    pub sms_template_id: Id<SmsTemplate>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Uses an SMS template again.
    pub ENABLE = "rimSmsTemplateEnable"(Enable) -> SmsTemplate,
    permission "rim.sms_template.update" => enable
}

mutation! {
    /// Sends nothing by an SMS template until it is switched on again.
    pub DISABLE = "rimSmsTemplateDisable"(Disable) -> SmsTemplate,
    permission "rim.sms_template.update" => disable
}

/// Switches a template on.
pub async fn enable(tx: &mut Tx, input: Enable) -> Rule<SmsTemplate> {
    let (id, field) = (&input.sms_template_id, "smsTemplateId");
    let template: SmsTemplate = tx.lock_version(id, field, input.expected_version).await?;
    tx.update(&template, vec![SmsTemplate::ENABLED.to(true)]).await
}

/// Switches a template off.
pub async fn disable(tx: &mut Tx, input: Disable) -> Rule<SmsTemplate> {
    let (id, field) = (&input.sms_template_id, "smsTemplateId");
    let template: SmsTemplate = tx.lock_version(id, field, input.expected_version).await?;
    tx.update(&template, vec![SmsTemplate::ENABLED.to(false)]).await
}
