//! What a rejection left open is settled (spec 6.8): after a resale what is due goes back, or
//! what is owed is taken. Without a resale nothing is paid back until the tenant's limit of
//! days, and then the whole deposit: the shop still has the device, so nothing fell short.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Id, Set};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::{Refusal, mutation};
use chrono::{Days, NaiveDate};

use crate::preorder::settlement::{Settlement, settlement};
use crate::preorder::tender::{self, TenderInput};
use crate::preorder::{Preorder, PreorderStatus, change, machine};
use crate::preorder_payment::PreorderPaymentKind;
use crate::settings::PREORDER_PAYBACK_DAYS;

/// What to settle, and how it is paid.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderSettleInput")]
pub struct Settle {
    /// The preorder: resold, or rejected long ago.
    pub preorder_id: Id<Preorder>,
    /// How what is due goes back, or what is owed comes in; none when it is even.
    pub tender: Option<TenderInput>,
    /// Remarks, at most 500 characters.
    pub notes: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why nothing is settled.
#[derive(Refusal)]
enum SettleRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "The device of {number} was not sold to anybody else. Without a resale the deposit goes \
         back from {day} on."
    )]
    NotResold { number: String, day: NaiveDate },
    #[refusal(
        PRECONDITION_FAILED,
        at = "preorderId",
        "No price was agreed on for {number}. Enter it first."
    )]
    NoPrice { number: String },
}

mutation! {
    /// Settles what a rejection left open: pays back what is due, or takes what is owed.
    pub SETTLE = "bizhubPreorderSettle"(Settle) -> Preorder,
    permission "bizhub.preorder.transition:settle", keyed => settle
}

/// Settles a preorder (spec 6.8).
pub async fn settle(tx: &mut Tx, input: Settle) -> Rule<Preorder> {
    let preorder =
        tx.lock_version(&input.preorder_id, "preorderId", input.expected_version).await?;
    tx.check_move(&preorder, &machine::SETTLE, None, "preorderId")?;
    let open = match preorder.status {
        PreorderStatus::Resold => after_resale(&preorder)?,
        _ => without_resale(tx, &preorder).await?,
    };
    let notes = tx.optional_text(input.notes, "notes", 500);
    tx.no_card_number(notes.as_deref(), "notes");
    let (kind, amount, tender) = if open.customer_owes.is_positive() {
        let tender = tender::income(tx, input.tender, &open.customer_owes).await?;
        (PreorderPaymentKind::Shortfall, open.customer_owes.clone(), tender)
    } else {
        let tender = tender::payout(tx, input.tender, &open.refund_due);
        (PreorderPaymentKind::Refund, open.refund_due.clone(), tender)
    };
    tx.settle()?;

    let mut sets = open.columns();
    if let Some(tender) = tender {
        sets.push(Preorder::DEPOSIT_REFUNDED.to(kind == PreorderPaymentKind::Refund));
        tender::enter(tx, &preorder, kind, tender, &amount, "tender.reference").await?;
    }
    let (to, words) = (PreorderStatus::Closed, ("settled", notes));
    change::advance(tx, &preorder, &machine::SETTLE, to, sets, words).await
}

/// What the resale leaves open.
fn after_resale(preorder: &Preorder) -> Rule<Settlement> {
    let recovered = preorder.resale_recovery_amount.clone().unwrap_or_default();
    match &preorder.agreed_price {
        Some(agreed) => Ok(settlement(agreed, &preorder.deposit_held(), &recovered)),
        None => {
            let number = preorder.preorder_number.clone();
            Err(SettleRefused::NoPrice { number }.into())
        }
    }
}

async fn without_resale(tx: &mut Tx, preorder: &Preorder) -> Rule<Settlement> {
    let days: u64 = tx.setting(&PREORDER_PAYBACK_DAYS).await?;
    let day = preorder.rejected_date.and_then(|date| date.checked_add_days(Days::new(days)));
    if let Some(day) = day
        && tx.business_date < day
    {
        let number = preorder.preorder_number.clone();
        tx.refuse(SettleRefused::NotResold { number, day });
    }
    let nothing = Money::zero();
    Ok(Settlement {
        shortfall: nothing.clone(),
        refund_due: preorder.deposit_held(),
        customer_owes: nothing,
    })
}

impl Settlement {
    /// The settlement as columns of its preorder.
    pub fn columns(&self) -> Vec<Set<Preorder>> {
        vec![
            Preorder::SHORTFALL.to(Some(self.shortfall.clone())),
            Preorder::REFUND_DUE.to(Some(self.refund_due.clone())),
        ]
    }
}
