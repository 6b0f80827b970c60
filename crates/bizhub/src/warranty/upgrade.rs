//! A customer takes the higher tier later: a new warranty from the same first day, and the old
//! one is void (spec 6.9). What the customer pays for it is a service on an invoice.

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use chrono::NaiveDate;

use crate::series;
use crate::warranty::issue::{last_day, terms};
use crate::warranty::machine::UPGRADE;
use crate::warranty::{Warranty, WarrantyStatus, WarrantyTier};
use crate::warranty_claim;

/// Which warranty gives way to a Premium 1-Year.
#[derive(InputObject)]
#[graphql(name = "BizhubWarrantyUpgradeInput")]
pub struct Upgrade {
    /// The warranty; it must be Standard and Active.
    pub warranty_id: Id<Warranty>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
}

/// Why a warranty stays as it is.
#[derive(Refusal)]
enum UpgradeRefused {
    #[refusal(ALREADY_DONE, at = "warrantyId", "{number} is Premium 1-Year already.")]
    Highest { number: String },
    #[refusal(
        EXPIRED,
        at = "warrantyId",
        "{number} ended on {end_date}, so there is nothing to upgrade."
    )]
    Over { number: String, end_date: NaiveDate },
    #[refusal(
        PRECONDITION_FAILED,
        at = "warrantyId",
        "{claim} is open on {number}. Decide it first."
    )]
    ClaimOpen { number: String, claim: String },
}

mutation! {
    /// Replaces a Standard warranty by a Premium 1-Year from the same first day; answers the new
    /// one.
    pub UPGRADE_TIER = "bizhubWarrantyUpgrade"(Upgrade) -> Warranty,
    permission "bizhub.warranty.transition:upgrade" => upgrade
}

/// Replaces a warranty by one of the higher tier (spec 6.9).
pub async fn upgrade(tx: &mut Tx, input: Upgrade) -> Rule<Warranty> {
    let old = tx.lock_version(&input.warranty_id, "warrantyId", input.expected_version).await?;
    tx.check_move(&old, &UPGRADE, None, "warrantyId")?;
    let number = || old.warranty_number.clone();
    if old.warranty_tier == WarrantyTier::PremiumOneYear {
        tx.refuse(UpgradeRefused::Highest { number: number() });
    }
    if old.end_date < tx.business_date {
        tx.refuse(UpgradeRefused::Over { number: number(), end_date: old.end_date });
    }
    if let Some(claim) = warranty_claim::open_on(tx, &old).await? {
        tx.refuse(UpgradeRefused::ClaimOpen { number: number(), claim: claim.claim_number });
    }
    tx.settle()?;

    let tier = WarrantyTier::PremiumOneYear;
    let new_number = tx.draw_number(&series::WARRANTY).await?;
    let why = format!("Upgraded to {new_number}");
    let sets = vec![Warranty::VOID_REASON.to(Some(why))];
    tx.advance(&old, &UPGRADE, WarrantyStatus::Void.spelling(), sets).await?;
    let mut sets = terms(tier);
    sets.extend([
        Warranty::WARRANTY_NUMBER.to(new_number),
        Warranty::INVOICE_ID.to(old.invoice_id),
        Warranty::ASSET_ID.to(old.asset_id),
        Warranty::CUSTOMER_ID.to(old.customer_id),
        Warranty::START_DATE.to(old.start_date),
        Warranty::END_DATE.to(last_day(tx, tier, old.start_date).await?.max(old.end_date)),
        Warranty::COVERAGE_DETAILS.to(old.coverage_details.clone()),
        Warranty::EXCLUSIONS.to(old.exclusions.clone()),
        Warranty::PREVIOUS_WARRANTY_ID.to(Some(old.id)),
    ]);
    tx.insert(sets).await
}
