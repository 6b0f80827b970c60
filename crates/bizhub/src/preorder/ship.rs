//! The supplier sent what was ordered (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::preorder::{Preorder, PreorderStatus, change, machine};

/// What is on its way.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderShipInput")]
pub struct Ship {
    /// The preorder.
    pub preorder_id: Id<Preorder>,
    /// How and with whom it travels, at most 500 characters.
    pub notes: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Notes that the supplier sent what was ordered.
    pub SHIP = "bizhubPreorderShip"(Ship) -> Preorder,
    permission "bizhub.preorder.transition:ship" => ship
}

/// Notes that it is on its way (spec 6.8).
pub async fn ship(tx: &mut Tx, input: Ship) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::SHIP, None, "preorderId")?;
    let notes = tx.optional_text(input.notes, "notes", 500);
    tx.no_card_number(notes.as_deref(), "notes");
    tx.settle()?;
    let to = PreorderStatus::InTransit;
    change::advance(tx, &preorder, &machine::SHIP, to, Vec::new(), ("shipped", notes)).await
}
