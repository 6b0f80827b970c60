//! A warranty ends with its last day, but not under a claim that is open (spec 6.9).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;

use crate::warranty::machine::EXPIRE;
use crate::warranty::{Warranty, WarrantyStatus};
use crate::warranty_claim;

job! {
    /// Ends warranties whose last day is over, unless a claim on them is open.
    pub EXPIRE_WARRANTIES = "expireWarranties",
    daily,
    due "SELECT w.id::text FROM warranties w WHERE w.status IN ('Active', 'Claimed') \
         AND w.end_date < current_setting('bizgraph.business_date')::date \
         AND NOT EXISTS (SELECT 1 FROM warranty_claims c WHERE c.warranty_id = w.id \
           AND c.status IN ('Submitted', 'Approved')) ORDER BY w.id"
    => expire
}

/// Ends one warranty whose last day is over; does nothing for one that is not due.
pub async fn expire(tx: &mut Tx, key: &str) -> Rule<()> {
    let mut due = Sql::new("t.status IN ('Active', 'Claimed') AND t.end_date < ");
    due.bind(Bind::Date(Some(tx.business_date))).push(" AND t.id::text = ");
    due.bind(Bind::Text(Some(key.to_owned()))).push(" FOR NO KEY UPDATE OF t");
    let Some(warranty) = tx.select::<Warranty>(due).await?.pop() else { return Ok(()) };
    if warranty_claim::open_on(tx, &warranty).await?.is_some() {
        return Ok(());
    }
    tx.advance(&warranty, &EXPIRE, WarrantyStatus::Expired.spelling(), Vec::new()).await?;
    Ok(())
}
