//! The deposit of a preorder pays a part of the sale of its device (spec 6.6, 6.8): as a whole,
//! once, and with the tender that settles the invoice, so that it is either held by the shop or
//! spent on a sale that took place. What the sale does not need of it becomes store credit.

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;

use crate::invoice::shelf::Shelf;
use crate::invoice::tender::Accepted;
use crate::invoice::tender_source::Source;
use crate::preorder::Preorder;

/// Why a deposit does not pay, or has to.
#[derive(Refusal)]
enum DepositRefused {
    #[refusal(
        NOT_ELIGIBLE,
        at = "tenders.{index}.preorderId",
        "The invoice carries no device that is held for this preorder. Take another tender."
    )]
    AnotherDevice { index: usize },
    #[refusal(
        NOT_ELIGIBLE,
        at = "tenders.{index}.preorderId",
        "The shop holds no deposit of the preorder {number}. Take another tender."
    )]
    NothingHeld { index: usize, number: String },
    #[refusal(
        AMOUNT_MISMATCH,
        at = "tenders.{index}.amount",
        "The deposit of {number} is {deposit}, not {offered}. It pays as a whole."
    )]
    NotWhole { index: usize, number: String, deposit: Money, offered: Money },
    #[refusal(
        PRECONDITION_FAILED,
        at = "tenders.{index}.preorderId",
        "A deposit pays with the tender that settles the invoice. Take the rest in the same call."
    )]
    NotSettling { index: usize },
    #[refusal(
        PRECONDITION_FAILED,
        at = "tenders",
        "The deposit of {number}, {deposit}, pays for the device {asset_tag}: add a tender of \
         the method Other with its preorderId."
    )]
    LeftOut { number: String, deposit: Money, asset_tag: String },
    #[refusal(
        NOT_ELIGIBLE,
        at = "tenders",
        "The device {asset_tag} is held for the preorder {number} of another customer."
    )]
    AnotherCustomer { number: String, asset_tag: String },
}

/// Refuses deposits among tenders that leave the invoice unpaid.
pub fn refuse_any(tx: &mut Tx, accepted: &[Accepted]) {
    for (index, tender) in accepted.iter().enumerate() {
        if matches!(tender.source, Source::Deposit { .. }) {
            tx.refuse(DepositRefused::NotSettling { index });
        }
    }
}

/// Checks the deposits among tenders that settle the sale of these locked devices, and that
/// none is left out; every refusal is noted.
pub fn check(
    tx: &mut Tx,
    shelf: &Shelf,
    assets: impl Iterator<Item = i32>,
    customer: Option<i32>,
    accepted: &mut [Accepted],
) {
    let mut due: Vec<(&Preorder, &str)> = Vec::new();
    for asset in assets.filter_map(|id| shelf.find_asset(id)) {
        if let Some(preorder) = shelf.held_for(asset) {
            due.push((preorder, &asset.asset_tag));
        }
    }
    for (preorder, asset_tag) in &due {
        if customer != Some(preorder.customer_id) {
            let number = preorder.preorder_number.clone();
            let asset_tag = (*asset_tag).to_owned();
            tx.refuse(DepositRefused::AnotherCustomer { number, asset_tag });
        }
    }
    for (index, tender) in accepted.iter_mut().enumerate() {
        let Source::Deposit { key, preorder } = &mut tender.source else { continue };
        let Some(place) = due.iter().position(|(due, _)| due.id == *key) else {
            tx.refuse(DepositRefused::AnotherDevice { index });
            continue;
        };
        let (held_for, _) = due.remove(place);
        let (number, deposit) = (held_for.preorder_number.clone(), held_for.deposit_held());
        if deposit.is_zero() {
            tx.refuse(DepositRefused::NothingHeld { index, number });
        } else if tender.offered != deposit {
            let offered = tender.offered.clone();
            tx.refuse(DepositRefused::NotWhole { index, number, deposit, offered });
        }
        *preorder = Some(Box::new(held_for.clone()));
    }
    for (preorder, asset_tag) in due {
        let deposit = preorder.deposit_held();
        if deposit.is_positive() {
            let (number, asset_tag) = (preorder.preorder_number.clone(), asset_tag.to_owned());
            tx.refuse(DepositRefused::LeftOut { number, deposit, asset_tag });
        }
    }
}
