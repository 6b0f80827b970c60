//! What every move of a preorder shares: the event that belongs to it (spec 6.8).

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::refusal::Rule;

use crate::preorder::{Preorder, PreorderStatus};
use crate::preorder_event;

/// Moves a preorder's status and writes the event that belongs to it.
///
/// # Errors
/// `INVALID_TRANSITION` when the status does not allow the move.
pub async fn advance(
    tx: &mut Tx,
    preorder: &Preorder,
    step: &'static Move,
    to: PreorderStatus,
    sets: Vec<Set<Preorder>>,
    (event_type, notes): (&str, Option<String>),
) -> Rule<Preorder> {
    let after = tx.advance(preorder, step, to.spelling(), sets).await?;
    preorder_event::record(tx, Some(preorder), &after, event_type, notes).await?;
    Ok(after)
}

/// A reason in the caller's words.
pub fn reason(tx: &mut Tx, reason: &str) -> String {
    tx.text(reason, "reason", 500)
}

/// The locked preorder that a job was told to look at.
///
/// # Errors
/// A fault for a key that is no preorder's.
pub async fn due(tx: &mut Tx, key: &str) -> Rule<Preorder> {
    let key: i32 = key.parse().map_err(|_| Fault::internal("a job's item is no preorder"))?;
    tx.get_locked(key).await
}
