//! A repair is taken in: a customer's device, one that the shop sold, or one of its own, which
//! is set aside for it (spec 6.10).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::asset::machine::HOLD;
use crate::asset::{Asset, AssetStatus};
use crate::customer::Customer;
use crate::invoice::Invoice;
use crate::invoice::references::{hold, noted};
use crate::repair_ticket::device::{has_to_be_held, hold_for, open_on};
use crate::repair_ticket::{RepairTicket, opening, repairer};
use crate::user::User;

/// What is to be repaired, and for whom.
#[derive(InputObject)]
#[graphql(name = "BizhubRepairTicketOpenInput")]
pub struct Open {
    /// Whose device it is; left out for the shop's own.
    pub customer_id: Option<Id<Customer>>,
    /// The device, if the shop sold it or owns it.
    pub asset_id: Option<Id<Asset>>,
    /// The kind of repair, such as Screen Repair, at most 50 characters.
    pub issue_type: String,
    /// What is wrong, at most 2000 characters.
    pub issue_description: String,
    /// Who repairs; can be chosen later.
    pub assigned_to_id: Option<Id<User>>,
    /// Whether the customer pays; yes unless said, and never for the shop's own device.
    pub billable: Option<bool>,
    /// Remarks, at most 2000 characters; required when somebody else brings a device than bought
    /// it.
    pub notes: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a repair is not taken in.
#[derive(Refusal)]
enum OpenRefused {
    #[refusal(
        REQUIRED,
        at = "customerId",
        "Say whose device it is, or which of the shop's own it is."
    )]
    Nothing,
    #[refusal(
        ALREADY_DONE,
        at = "assetId",
        "{tag} is on the repair ticket {ticket} already. Close that first."
    )]
    InRepair { tag: String, ticket: String },
    #[refusal(REQUIRED, at = "notes", "Another customer bought {tag}. Say why this one brings it.")]
    NotTheBuyer { tag: String },
    #[refusal(
        VALIDATION_FAILED,
        at = "billable",
        "{tag} belongs to the shop, so nobody pays for the repair. Leave this out."
    )]
    NobodyPays { tag: String },
}

mutation! {
    /// Takes a repair in; one of the shop's own devices goes into Repair Hold.
    pub OPEN_TICKET = "bizhubRepairTicketOpen"(Open) -> RepairTicket,
    permission "bizhub.repair_ticket.transition:open", keyed => open
}

/// Takes a repair in (spec 6.10). The device is locked before its ticket.
pub async fn open(tx: &mut Tx, input: Open) -> Rule<RepairTicket> {
    let asset = match &input.asset_id {
        Some(id) => {
            let found = tx.lock(id, "assetId").await;
            noted(tx, found).await?
        }
        None => None,
    };
    let customer = match &input.customer_id {
        Some(id) => {
            let found = hold(tx, id, "customerId").await;
            noted(tx, found).await?
        }
        None => None,
    };
    if input.asset_id.is_none() && input.customer_id.is_none() {
        tx.refuse(OpenRefused::Nothing);
    }
    let notes = tx.optional_text(input.notes, "notes", 2000);
    tx.no_card_number(notes.as_deref(), "notes");
    if let Some(asset) = &asset {
        check_device(tx, asset, customer.as_ref(), notes.is_some()).await?;
    }
    let own = asset.as_ref().is_some_and(|asset| asset.status != AssetStatus::Sold);
    if own && input.billable == Some(true) {
        let tag = asset.as_ref().map(|asset| asset.asset_tag.clone()).unwrap_or_default();
        tx.refuse(OpenRefused::NobodyPays { tag });
    }
    let issue_type = tx.text(&input.issue_type, "issueType", 50);
    let issue = tx.text(&input.issue_description, "issueDescription", 2000);
    tx.no_card_number(Some(&issue), "issueDescription");
    let assigned_to = repairer(tx, input.assigned_to_id.as_ref()).await?;
    tx.settle()?;

    let sets = vec![
        RepairTicket::CUSTOMER_ID.to(customer.map(|customer| customer.id)),
        RepairTicket::ASSET_ID.to(asset.as_ref().map(|asset| asset.id)),
        RepairTicket::ISSUE_TYPE.to(issue_type),
        RepairTicket::ISSUE_DESCRIPTION.to(issue),
        RepairTicket::ASSIGNED_TO.to(assigned_to),
        RepairTicket::BILLABLE.to(!own && input.billable.unwrap_or(true)),
        RepairTicket::NOTES.to(notes),
    ];
    let ticket = opening::write(tx, sets, None).await?;
    if let Some(asset) = &asset {
        hold_for(tx, asset, &ticket.ticket_number).await?;
    }
    Ok(ticket)
}

async fn check_device(
    tx: &mut Tx,
    asset: &Asset,
    customer: Option<&Customer>,
    noted_why: bool,
) -> Rule<()> {
    let tag = asset.asset_tag.clone();
    if let Some(open) = open_on(tx, asset.id).await? {
        tx.refuse(OpenRefused::InRepair { tag, ticket: open.ticket_number });
        return Ok(());
    }
    if has_to_be_held(asset) {
        let can_be_held = tx.check_move(asset, &HOLD, None, "assetId");
        noted(tx, can_be_held).await?;
    }
    if let (AssetStatus::Sold, Some(invoice)) = (asset.status, asset.invoice_id) {
        let buyer = tx.get::<Invoice>(invoice).await?.customer_id;
        let bought = buyer.is_some() && buyer == customer.map(|customer| customer.id);
        if !bought && !noted_why {
            tx.refuse(OpenRefused::NotTheBuyer { tag });
        }
    }
    Ok(())
}
