//! Whether an alert is looked at (spec 5.9). One that is switched on again begins below its
//! threshold.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::SystemAlert;

/// Which alert to look at again.
#[derive(InputObject)]
#[graphql(name = "RimSystemAlertEnableInput")]
pub struct Enable {
    /// The alert.
    pub system_alert_id: Id<SystemAlert>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Which alert to leave alone.
#[derive(InputObject)]
#[graphql(name = "RimSystemAlertDisableInput")]
pub struct Disable {
    /// The alert.
    pub system_alert_id: Id<SystemAlert>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Looks at an alert again.
    pub ENABLE = "rimSystemAlertEnable"(Enable) -> SystemAlert,
    permission "rim.system_alert.update" => enable
}

mutation! {
    /// Leaves an alert alone until it is switched on again.
    pub DISABLE = "rimSystemAlertDisable"(Disable) -> SystemAlert,
    permission "rim.system_alert.update" => disable
}

/// Switches an alert on.
pub async fn enable(tx: &mut Tx, input: Enable) -> Rule<SystemAlert> {
    set(tx, &input.system_alert_id, input.expected_version, true).await
}

/// Switches an alert off.
pub async fn disable(tx: &mut Tx, input: Disable) -> Rule<SystemAlert> {
    set(tx, &input.system_alert_id, input.expected_version, false).await
}

async fn set(
    tx: &mut Tx,
    id: &Id<SystemAlert>,
    expected_version: Option<i32>,
    enabled: bool,
) -> Rule<SystemAlert> {
    let alert: SystemAlert = tx.lock_version(id, "systemAlertId", expected_version).await?;
    if alert.enabled == enabled {
        return Ok(alert);
    }
    let sets = vec![SystemAlert::ENABLED.to(enabled), SystemAlert::IS_ABOVE.to(false)];
    tx.update(&alert, sets).await
}
