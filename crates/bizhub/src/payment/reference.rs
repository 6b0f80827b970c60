//! References of transfers. One transfer pays once, be it a sale or a preorder (spec 6.6), and
//! payments of both stand in tables of their own, so that no index sees two that come at once.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;

use super::PaymentMethod;

/// Keeps everybody else from entering this transfer until the transaction ends. Who looks for it
/// afterwards sees whether it was entered.
///
/// # Errors
/// Any fault of the database.
pub async fn hold(tx: &mut Tx, method: PaymentMethod, reference: &str) -> Rule<()> {
    let mut lock = Sql::new("SELECT pg_advisory_xact_lock(hashtextextended(");
    let name = format!("{} {} {reference}", tx.actor.tenant.schema, method.spelling());
    lock.bind(Bind::Text(Some(name))).push(", 0))");
    tx.execute(lock).await?;
    Ok(())
}
