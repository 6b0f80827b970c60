//! Changing the settings row by its document's name: what the kernel's own mutation does, under
//! the same rule (spec 5.8, 1.11).

use async_graphql::InputObject;
use bizgraph_kernel::auth::security_settings;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::SecuritySettings;

/// What to change; what is left out stays.
#[derive(InputObject)]
#[graphql(name = "RimSecuritySettingsUpdateInput")]
pub struct Update {
    #[graphql(flatten)]
    changes: security_settings::Update,
}

mutation! {
    /// Changes the rules for passwords, attempts, sessions, second factors and addresses. What
    /// weakens any of them waits for a second person.
    pub UPDATE = "rimSecuritySettingsUpdate"(Update) -> SecuritySettings,
    permission "platform.security_settings.update"
    approved by "platform.security_settings.update" => update
}

/// Changes the settings that the kernel keeps, and answers their face.
pub async fn update(tx: &mut Tx, input: Update) -> Rule<SecuritySettings> {
    let settings = security_settings::update(tx, input.changes).await?;
    tx.get(settings.id).await
}
