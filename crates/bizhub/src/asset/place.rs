//! Places by what the rules mean by them, so that renaming one changes nothing (spec 6.11).

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::refusal::Rule;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;

use crate::location::{Location, LocationMeaning};
use crate::schema::locations;

/// Where what a customer brought back goes.
pub const BACKROOM: LocationMeaning = LocationMeaning::Backroom;
/// Where what was sold is.
pub const SOLD: LocationMeaning = LocationMeaning::Sold;

/// Key of the location with this meaning.
///
/// # Errors
/// A fault when it is missing: seeded locations cannot be deleted.
pub async fn location_of(tx: &mut Tx, meaning: LocationMeaning) -> Rule<i32> {
    let meaning = meaning.spelling();
    let found: Option<i32> = locations::table
        .filter(locations::meaning.eq(meaning))
        .select(locations::id)
        .first(tx.connection().await?)
        .await
        .optional()?;
    found.ok_or_else(|| Fault::internal(format!("the location {meaning} is missing")).into())
}

/// What the rules mean by a location; nothing for a place that the shop added.
pub async fn meaning_of(tx: &mut Tx, location: Option<i32>) -> Rule<Option<LocationMeaning>> {
    let Some(location) = location else { return Ok(None) };
    Ok(tx.get::<Location>(location).await?.meaning)
}
