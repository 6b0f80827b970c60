//! An alert changes (spec 5.9). What it counts anew begins below its threshold, so that it can go
//! off at once.

use async_graphql::{ID, InputObject};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::create::{channels, cooldown, threshold};
use super::{SystemAlert, SystemAlertType, recipients};
use crate::delivery::Channel;

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimSystemAlertUpdateInput")]
pub struct Update {
    /// The alert.
    pub system_alert_id: Id<SystemAlert>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called; unique, at most 100 characters.
    pub name: Option<String>,
    /// What it counts.
    pub r#type: Option<SystemAlertType>,
    /// It goes off when the count rises to this; at least 1.
    pub threshold: Option<i32>,
    /// Ways of telling, at least one; the whole list.
    pub channel: Option<Vec<Channel>>,
    /// Ids of people of the admin panel and of roles, at most 50; the whole list.
    pub recipients: Option<Vec<ID>>,
    /// Minutes before it can go off again, from 1 to 10,080.
    pub cooldown_minutes: Option<i32>,
}

mutation! {
    /// Changes what an alert counts, when it goes off or who hears of it.
    pub UPDATE = "rimSystemAlertUpdate"(Update) -> SystemAlert,
    permission "rim.system_alert.update" => update
}

/// Changes an alert (spec 5.9).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<SystemAlert> {
    let (id, field) = (&input.system_alert_id, "systemAlertId");
    let alert: SystemAlert = tx.lock_version(id, field, input.expected_version).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.name {
        sets.push(SystemAlert::NAME.to(tx.text(&name, "name", 100)));
    }
    if let Some(r#type) = input.r#type {
        sets.push(SystemAlert::TYPE.to(r#type));
    }
    if let Some(most) = input.threshold {
        sets.push(SystemAlert::THRESHOLD.to(threshold(tx, most)));
    }
    if let Some(ways) = input.channel {
        sets.push(SystemAlert::CHANNEL.to(channels(tx, &ways)));
    }
    if let Some(ids) = input.recipients {
        sets.push(SystemAlert::RECIPIENTS.to(recipients::checked(tx, ids).await?));
    }
    if let Some(minutes) = input.cooldown_minutes {
        sets.push(SystemAlert::COOLDOWN_MINUTES.to(cooldown(tx, minutes)));
    }
    let counts_anew = input.r#type.is_some_and(|r#type| r#type != alert.r#type)
        || input.threshold.is_some_and(|threshold| threshold != alert.threshold);
    if counts_anew {
        sets.push(SystemAlert::IS_ABOVE.to(false));
    }
    tx.settle()?;
    tx.update(&alert, sets).await
}
