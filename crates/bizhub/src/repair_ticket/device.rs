//! The device on a ticket: a customer's own stays Sold, the shop's own is in Repair Hold while
//! it is being worked on (spec 6.3, 6.10).

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;

use crate::asset::machine::HOLD;
use crate::asset::{self, Asset, AssetStatus};
use crate::repair_ticket::{RepairStatus, RepairTicket};

/// Why a device stays as it is.
#[derive(Refusal)]
enum DeviceRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "assetId",
        "{tag} is on the repair ticket {ticket}, which is {status}. Finish or close that first."
    )]
    InWork { tag: String, ticket: String, status: &'static str },
}

/// The ticket of a device that is not closed, if any; a device has one at most.
pub async fn open_on(tx: &mut Tx, asset: i32) -> Rule<Option<RepairTicket>> {
    let mut open = Sql::new("t.status <> 'Closed' AND t.asset_id = ");
    open.bind(Bind::Int(Some(asset)));
    Ok(tx.select(open).await?.pop())
}

/// Refuses a move of a locked device while its ticket is in work.
pub async fn refuse_in_work(tx: &mut Tx, asset: &Asset) -> Rule<()> {
    let Some(ticket) = open_on(tx, asset.id).await? else { return Ok(()) };
    if ticket.status != RepairStatus::Ready {
        let (tag, status) = (asset.asset_tag.clone(), ticket.status.spelling());
        tx.refuse(DeviceRefused::InWork { tag, ticket: ticket.ticket_number, status });
    }
    Ok(())
}

/// Whether a device has to be set aside before it can be worked on.
pub(super) fn has_to_be_held(asset: &Asset) -> bool {
    !matches!(asset.status, AssetStatus::Sold | AssetStatus::RepairHold)
}

/// Sets the shop's own device aside for a ticket; a customer's stays as it is.
///
/// # Errors
/// `INVALID_TRANSITION` for a device that is reserved or out of stock for good.
pub(super) async fn hold_for(tx: &mut Tx, asset: &Asset, ticket: &str) -> Rule<()> {
    if has_to_be_held(asset) {
        let why = format!("On the repair ticket {ticket}");
        asset::transition(tx, asset, &HOLD, AssetStatus::RepairHold, Vec::new(), &why).await?;
    }
    Ok(())
}

/// A device came back from its customer while it was being repaired: it is the shop's own now.
pub async fn returned(tx: &mut Tx, asset: &Asset) -> Rule<()> {
    let Some(ticket) = open_on(tx, asset.id).await? else { return Ok(()) };
    if ticket.status == RepairStatus::Ready {
        return Ok(());
    }
    hold_for(tx, asset, &ticket.ticket_number).await
}
