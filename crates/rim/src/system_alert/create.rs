//! A new alert (spec 5.9).

use async_graphql::{ID, InputObject};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{SystemAlert, SystemAlertType, recipients};
use crate::delivery::Channel;

/// The longest pause, in minutes: a week.
const MOST_COOLDOWN: i32 = 10_080;

/// What to hear of, and who does.
#[derive(InputObject)]
#[graphql(name = "RimSystemAlertCreateInput")]
pub struct Create {
    /// What it is called; unique, at most 100 characters.
    pub name: String,
    /// What it counts.
    pub r#type: SystemAlertType,
    /// It goes off when the count rises to this; at least 1.
    pub threshold: i32,
    /// Ways of telling, at least one.
    pub channel: Vec<Channel>,
    /// Ids of people of the admin panel and of roles, at most 50; nobody unless said.
    pub recipients: Option<Vec<ID>>,
    /// Minutes before it can go off again, from 1 to 10,080; 60 unless said.
    pub cooldown_minutes: Option<i32>,
}

mutation! {
    /// Adds an alert, which is looked at from now on.
    pub CREATE = "rimSystemAlertCreate"(Create) -> SystemAlert,
    permission "rim.system_alert.create" => create
}

/// Adds an alert (spec 5.9).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<SystemAlert> {
    let recipients = recipients::checked(tx, input.recipients.unwrap_or_default()).await?;
    let sets = vec![
        SystemAlert::NAME.to(tx.text(&input.name, "name", 100)),
        SystemAlert::TYPE.to(input.r#type),
        SystemAlert::THRESHOLD.to(threshold(tx, input.threshold)),
        SystemAlert::CHANNEL.to(channels(tx, &input.channel)),
        SystemAlert::RECIPIENTS.to(recipients),
        SystemAlert::COOLDOWN_MINUTES.to(cooldown(tx, input.cooldown_minutes.unwrap_or(60))),
    ];
    tx.settle()?;
    tx.insert(sets).await
}

/// A threshold that can be reached.
pub fn threshold(tx: &mut Tx, threshold: i32) -> i32 {
    tx.require(threshold > 0, || {
        Refusal::new(Code::OutOfRange, "threshold", "At least 1.").with("least", 1)
    });
    threshold
}

/// A pause from a minute to a week.
pub fn cooldown(tx: &mut Tx, minutes: i32) -> i32 {
    tx.require((1..=MOST_COOLDOWN).contains(&minutes), || {
        let message = format!("From 1 to {MOST_COOLDOWN} minutes.");
        let refusal = Refusal::new(Code::OutOfRange, "cooldownMinutes", message);
        refusal.with("least", 1).with("most", MOST_COOLDOWN)
    });
    minutes
}

/// Ways of telling as the row holds them: each once, at least one.
pub fn channels(tx: &mut Tx, channels: &[Channel]) -> Vec<String> {
    tx.require(!channels.is_empty(), || {
        Refusal::new(Code::Required, "channel", "Say how it is told: EMAIL, SMS or DASHBOARD.")
    });
    let mut kept: Vec<String> = Vec::new();
    for channel in channels {
        let name = channel.spelling().to_owned();
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}
