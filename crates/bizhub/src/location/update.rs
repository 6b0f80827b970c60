//! A place can be renamed, those that the rules know too: they keep their meaning (spec 6.11).

use async_graphql::{InputObject, MaybeUndefined};
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use super::Location;

/// What changes; a field left out stays as it is, null clears it.
#[derive(InputObject)]
#[graphql(name = "BizhubLocationUpdateInput")]
pub struct Update {
    /// The place.
    pub location_id: Id<Location>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What the shop calls it; unique, at most 50 characters.
    pub location_name: Option<String>,
    /// What is kept there; at most 500 characters.
    pub description: MaybeUndefined<String>,
}

mutation! {
    /// Renames or describes a place; what the rules mean by it stays.
    pub UPDATE = "bizhubLocationUpdate"(Update) -> Location,
    permission "bizhub.location.update" => update
}

/// Renames or describes a place (spec 6.11).
pub async fn update(tx: &mut Tx, input: Update) -> Rule<Location> {
    let (id, field) = (&input.location_id, "locationId");
    let location = tx.lock_version(id, field, input.expected_version).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.location_name {
        sets.push(Location::LOCATION_NAME.to(tx.text(&name, "locationName", 50)));
    }
    if let Some(text) = Option::<Option<String>>::from(input.description) {
        sets.push(Location::DESCRIPTION.to(tx.optional_text(text, "description", 500)));
    }
    tx.settle()?;
    tx.update(&location, sets).await
}
