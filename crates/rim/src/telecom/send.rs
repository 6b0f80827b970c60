//! Airtime goes to its telecom: written down first, called with nothing locked (spec 5.5).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;

use super::{airtime, conclude};
use crate::api_integration::{ApiIntegration, ApiIntegrationStatus};
use crate::network::Network;
use crate::transaction::Transaction;

/// The active telecom of a network.
pub async fn telecom(tx: &mut Tx, network: Network) -> Rule<Option<ApiIntegration>> {
    let mut active = Sql::new("t.type = 'telecom' AND t.status = 'active' AND t.network = ");
    active.bind(Bind::Text(Some(network.spelling().to_owned()))).push(" ORDER BY t.id LIMIT 1");
    Ok(tx.select(active).await?.pop())
}

/// The telecom that airtime was given to, whatever its status by now.
pub async fn telecom_of(tx: &mut Tx, transaction: &Transaction) -> Rule<Option<ApiIntegration>> {
    let network = transaction.network.map(|network| network.spelling().to_owned());
    let mut its = Sql::new("t.type = 'telecom' AND t.provider = ");
    its.bind(Bind::Text(transaction.provider.clone())).push(" AND t.network = ");
    its.bind(Bind::Text(network)).push(" ORDER BY t.status = 'active' DESC, t.id LIMIT 1");
    Ok(tx.select(its).await?.pop())
}

/// Orders airtime whose row says already that it was sent.
pub fn order(tx: &mut Tx, telecom: &ApiIntegration, transaction: &Transaction) -> Rule<()> {
    let call = airtime::order(tx, telecom, transaction)?;
    tx.call_afterwards(call, transaction.id.to_string(), |tx, key, reply| {
        Box::pin(conclude::ordered(tx, key, reply))
    });
    Ok(())
}

/// Orders locked airtime that was not sent so far, or asks what became of it.
pub async fn pursue(tx: &mut Tx, transaction: &Transaction) -> Rule<()> {
    let telecom = telecom_of(tx, transaction).await?;
    let active = |telecom: &ApiIntegration| telecom.status == ApiIntegrationStatus::Active;
    let Some(telecom) = telecom.filter(active) else { return Ok(()) };
    if transaction.sent_at.is_none() {
        tx.amend(transaction, vec![Transaction::SENT_AT.to(Some(tx.now))]).await?;
        return order(tx, &telecom, transaction);
    }
    tx.amend(transaction, vec![Transaction::ASKED_AT.to(Some(tx.now))]).await?;
    let call = airtime::inquiry(tx, &telecom, transaction)?;
    tx.call_afterwards(call, transaction.id.to_string(), |tx, key, reply| {
        Box::pin(conclude::asked(tx, key, reply))
    });
    Ok(())
}
