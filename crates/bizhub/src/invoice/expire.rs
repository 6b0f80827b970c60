//! A draft holds goods for 48 hours, then it is given up by itself (spec 6.5).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;

use crate::invoice::Invoice;
use crate::invoice::cancel::give_up;

/// How long a draft may stand.
const STANDS: TimeDelta = TimeDelta::hours(48);

/// What the draft says of its end.
const REASON: &str = "Not sent within 48 hours";

job! {
    /// Gives up drafts that were begun 48 hours ago, and frees their goods.
    pub EXPIRE_DRAFTS = "expireDrafts",
    every 10 minutes,
    due "SELECT id::text FROM invoices WHERE status = 'Draft' AND created_at \
         <= current_setting('bizgraph.now')::timestamptz - interval '48 hours' ORDER BY id"
    => expire
}

/// Gives one draft up; does nothing for one that was sent meanwhile.
///
/// # Errors
/// Any fault of the database.
pub async fn expire(tx: &mut Tx, key: &str) -> Rule<()> {
    let mut due = Sql::new("t.status = 'Draft' AND t.created_at <= ");
    due.bind(Bind::Instant(Some(tx.now - STANDS))).push(" AND t.id::text = ");
    due.bind(Bind::Text(Some(key.to_owned()))).push(" FOR NO KEY UPDATE OF t");
    let Some(draft) = tx.select::<Invoice>(due).await?.pop() else { return Ok(()) };
    tx.reason = Some(REASON.to_owned());
    give_up(tx, &draft, Some(REASON.to_owned())).await?;
    Ok(())
}
