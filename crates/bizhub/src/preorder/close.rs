//! A preorder is over: given up before anything was ordered, or picked up for so long that
//! nothing can come back (spec 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};

use crate::preorder::{Preorder, PreorderStatus, change, machine};
use crate::settings::REFUND_DAYS;

/// Which preorder to give up.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderCloseInput")]
pub struct Close {
    /// The preorder; nothing may be ordered, and no deposit held.
    pub preorder_id: Id<Preorder>,
    /// Why, at most 500 characters.
    pub reason: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why a preorder stays open.
#[derive(Refusal)]
enum CloseRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "The shop holds {held} as the deposit of {number}. Pay it back first."
    )]
    DepositHeld { number: String, held: Money },
}

mutation! {
    /// Gives a preorder up before anything was ordered.
    pub CLOSE = "bizhubPreorderClose"(Close) -> Preorder,
    permission "bizhub.preorder.transition:close" => close
}

/// Gives a preorder up (spec 6.8).
pub async fn close(tx: &mut Tx, input: Close) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::CLOSE, None, "preorderId")?;
    let held = preorder.deposit_held();
    if held.is_positive() {
        let number = preorder.preorder_number.clone();
        tx.refuse(CloseRefused::DepositHeld { number, held });
    }
    let reason = tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    let (to, words) = (PreorderStatus::Closed, ("closed", reason));
    change::advance(tx, &preorder, &machine::CLOSE, to, Vec::new(), words).await
}

/// Closes a picked-up preorder once the time for a refund is over (spec 6.8); a job's item.
///
/// # Errors
/// Any fault of the database.
pub async fn close_picked_up(tx: &mut Tx, key: &str) -> Rule<()> {
    let preorder = change::due(tx, key).await?;
    let days: i64 = tx.setting(&REFUND_DAYS).await?;
    let today = tx.business_date;
    let over = preorder.picked_up_date.is_some_and(|date| (today - date).num_days() > days);
    if preorder.status != PreorderStatus::PickedUp || !over {
        return Ok(());
    }
    let (step, to) = (&machine::CLOSE_PICKED_UP, PreorderStatus::Closed);
    change::advance(tx, &preorder, step, to, Vec::new(), ("closed", None)).await?;
    Ok(())
}
