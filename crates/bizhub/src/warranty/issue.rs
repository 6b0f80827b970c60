//! Warranties come with the sale: one a device, once the invoice is paid and names its customer
//! (spec 6.9). A walk-in customer without a record gets none, for nobody could claim it.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::refusal::Rule;
use chrono::{Days, NaiveDate};

use crate::invoice::Invoice;
use crate::invoice_line::InvoiceLine;
use crate::series;
use crate::settings::STANDARD_WARRANTY_DAYS;
use crate::warranty::{Warranty, WarrantyTier};

/// Days that the document promises with Premium 1-Year.
const PREMIUM_DAYS: u64 = 365;

/// Makes the warranties of a settled invoice.
pub async fn issue(tx: &mut Tx, invoice: &Invoice, lines: &[InvoiceLine]) -> Rule<()> {
    let Some(customer) = invoice.customer_id else { return Ok(()) };
    let start = tx.business_date;
    for line in lines {
        let (Some(asset), Some(tier)) = (line.asset_id, line.warranty_tier) else { continue };
        let number = tx.draw_number(&series::WARRANTY).await?;
        let mut sets = terms(tier);
        sets.extend([
            Warranty::WARRANTY_NUMBER.to(number),
            Warranty::INVOICE_ID.to(invoice.id),
            Warranty::ASSET_ID.to(Some(asset)),
            Warranty::CUSTOMER_ID.to(customer),
            Warranty::START_DATE.to(start),
            Warranty::END_DATE.to(last_day(tx, tier, start).await?),
        ]);
        tx.insert::<Warranty>(sets).await?;
    }
    Ok(())
}

/// Promises for a replacement what is left of the old warranty, which has to be void by now;
/// nothing when no day is left.
pub async fn continue_on(
    tx: &mut Tx,
    old: &Warranty,
    invoice: &Invoice,
    asset: i32,
) -> Rule<Option<Warranty>> {
    let start = tx.business_date;
    if old.end_date <= start {
        return Ok(None);
    }
    let number = tx.draw_number(&series::WARRANTY).await?;
    let mut sets = terms(old.warranty_tier);
    sets.extend([
        Warranty::WARRANTY_NUMBER.to(number),
        Warranty::INVOICE_ID.to(invoice.id),
        Warranty::ASSET_ID.to(Some(asset)),
        Warranty::CUSTOMER_ID.to(old.customer_id),
        Warranty::START_DATE.to(start),
        Warranty::END_DATE.to(old.end_date),
        Warranty::COVERAGE_DETAILS.to(old.coverage_details.clone()),
        Warranty::EXCLUSIONS.to(old.exclusions.clone()),
        Warranty::PREVIOUS_WARRANTY_ID.to(Some(old.id)),
    ]);
    tx.insert(sets).await.map(Some)
}

/// The tier and what comes with it.
pub(super) fn terms(tier: WarrantyTier) -> Vec<Set<Warranty>> {
    let premium = tier == WarrantyTier::PremiumOneYear;
    vec![
        Warranty::WARRANTY_TIER.to(tier),
        Warranty::INCLUDES_ACCESSORIES.to(premium),
        Warranty::INCLUDES_CERTIFICATE.to(premium),
        Warranty::INCLUDES_PREMIUM_BOXING.to(premium),
    ]
}

/// The last day of a warranty that starts on this one.
pub(super) async fn last_day(tx: &mut Tx, tier: WarrantyTier, start: NaiveDate) -> Rule<NaiveDate> {
    let days = match tier {
        WarrantyTier::Standard => tx.setting(&STANDARD_WARRANTY_DAYS).await?,
        WarrantyTier::PremiumOneYear => PREMIUM_DAYS,
    };
    let last = start.checked_add_days(Days::new(days));
    last.ok_or_else(|| Fault::internal("a warranty beyond the calendar").into())
}
