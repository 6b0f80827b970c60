//! A preorder is late: business date after its time, and not picked up (spec 6.8). Whoever is
//! concerned hears of it once.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;

use crate::preorder::{PreorderStatus, change, message};

/// Warns of a preorder that is late; a job's item. Whom it told before it does not tell again.
///
/// # Errors
/// Any fault of the database.
pub async fn warn(tx: &mut Tx, key: &str) -> Rule<()> {
    let preorder = change::due(tx, key).await?;
    let waits = matches!(
        preorder.status,
        PreorderStatus::DepositPending
            | PreorderStatus::Ordered
            | PreorderStatus::InTransit
            | PreorderStatus::Arrived
            | PreorderStatus::CustomerNotified
    );
    if waits && preorder.sla_date.is_some_and(|date| tx.business_date > date) {
        message::overdue(tx, &preorder).await?;
    }
    Ok(())
}
