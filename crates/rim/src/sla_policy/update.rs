//! What is promised changes for tickets to come (spec 5.7). There is one row a priority, so
//! none is added and none removed; one that is switched off promises nothing.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::SlaPolicy;

/// The longest promise, in minutes of business hours.
const MOST_MINUTES: i32 = 100_000;

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "RimSlaPolicyUpdateInput")]
pub struct Update {
    /// The promise.
    pub sla_policy_id: Id<SlaPolicy>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Minutes of business hours to the first answer.
    pub first_response_minutes: Option<i32>,
    /// Minutes of business hours to the resolution.
    pub resolution_minutes: Option<i32>,
    /// Percent of the time after which there is a warning, from 1 to 99.
    pub warning_percent: Option<i32>,
    /// Whether new tickets are measured by it.
    pub enabled: Option<bool>,
}

mutation! {
    /// Changes what is promised for a priority.
    pub UPDATE = "rimSlaPolicyUpdate"(Update) -> SlaPolicy,
    permission "rim.sla_policy.update" => update
}

/// Changes a promise (spec 5.7).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<SlaPolicy> {
    let (id, field) = (&input.sla_policy_id, "slaPolicyId");
    let policy: SlaPolicy = tx.lock_version(id, field, input.expected_version).await?;
    let first = input.first_response_minutes.unwrap_or(policy.first_response_minutes);
    let resolution = input.resolution_minutes.unwrap_or(policy.resolution_minutes);
    let warning = input.warning_percent.unwrap_or(policy.warning_percent);
    within(tx, first, 1, MOST_MINUTES, "firstResponseMinutes");
    within(tx, resolution, 1, MOST_MINUTES, "resolutionMinutes");
    within(tx, warning, 1, 99, "warningPercent");
    tx.require(first <= resolution, || {
        let message = "The first answer comes before the resolution.";
        Refusal::new(Code::OutOfRange, "resolutionMinutes", message).with("least", first)
    });
    tx.settle()?;
    let sets = vec![
        SlaPolicy::FIRST_RESPONSE_MINUTES.to(first),
        SlaPolicy::RESOLUTION_MINUTES.to(resolution),
        SlaPolicy::WARNING_PERCENT.to(warning),
        SlaPolicy::ENABLED.to(input.enabled.unwrap_or(policy.enabled)),
    ];
    tx.update(&policy, sets).await
}

fn within(tx: &mut Tx, value: i32, least: i32, most: i32, field: &str) {
    tx.require((least..=most).contains(&value), || {
        let message = format!("A whole number from {least} to {most}.");
        Refusal::new(Code::OutOfRange, field, message).with("least", least).with("most", most)
    });
}
