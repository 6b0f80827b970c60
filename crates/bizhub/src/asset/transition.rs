//! What every move of an asset shares: the movement that belongs to it, and who may make it.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use crate::asset::{Asset, AssetStatus};
use crate::inventory_movement;

/// Moves a device's status and writes the movement that belongs to it (spec 6.3).
///
/// # Errors
/// `INVALID_TRANSITION` when the status does not allow the move.
pub async fn transition(
    tx: &mut Tx,
    asset: &Asset,
    step: &'static Move,
    to: AssetStatus,
    sets: Vec<Set<Asset>>,
    reason: &str,
) -> Rule<Asset> {
    let after = tx.advance(asset, step, to.spelling(), sets).await?;
    inventory_movement::record(tx, asset, &after, reason).await?;
    Ok(after)
}

/// The caller as a person: test results and certificates carry a name.
pub(crate) fn acting_person(tx: &mut Tx) -> Rule<i32> {
    tx.actor.user_id().ok_or_else(|| {
        let message = "This is recorded under a person's name, so a person has to do it.";
        Refusal::new(Code::Forbidden, "", message).into()
    })
}

/// A reason, which a Manager has to give for a technician's work (spec 6.2, "override").
pub(crate) fn override_reason(tx: &mut Tx, reason: Option<String>, field: &str) -> Option<String> {
    let reason = tx.optional_text(reason, field, 500);
    tx.no_card_number(reason.as_deref(), field);
    if tx.actor.role == "Manager" && reason.is_none() {
        let message = "This is a technician's work; a Manager doing it has to say why.";
        tx.refuse(Refusal::new(Code::Required, field, message));
    }
    reason
}
