//! A telecom tells what became of airtime (spec 5.5), also that it took it back (spec 5.4).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::{Value, json};

use super::event::{Event, Status};
use crate::api_integration::{ApiIntegration, ApiIntegrationType};
use crate::transaction::{Transaction, TransactionStatus, confirm, fail, machine, refund};

/// Starts or fails what is on its way, or undoes what arrived; what has come to the same end
/// already stays. What a telecom takes back before it told that it arrived did not arrive.
pub async fn told(tx: &mut Tx, integration: &ApiIntegration, event: &Event) -> Rule<Value> {
    tx.require(integration.r#type == ApiIntegrationType::Telecom, || {
        let message = "Only a telecom tells of airtime.";
        Refusal::new(Code::ValidationFailed, "kind", message)
    });
    tx.settle()?;
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    let network = integration.network.map(|network| network.spelling()).unwrap_or_default();
    let mut its = Sql::new("t.type = 'airtime' AND t.provider = ");
    its.bind(text(&integration.provider)).push(" AND t.network = ").bind(text(network));
    its.push(" AND t.reference = ").bind(text(&event.reference));
    let Some(seen) = tx.select::<Transaction>(its).await?.pop() else {
        let message = "No airtime was ordered under this reference.";
        return Err(Refusal::new(Code::NotFound, "reference", message).into());
    };
    let (user, loan, mut transaction) = confirm::lock_key(tx, seen.id).await?;
    match (event.status, transaction.status) {
        (Status::Pending, _)
        | (Status::Completed, TransactionStatus::Completed)
        | (Status::Failed | Status::Reversed, TransactionStatus::Failed)
        | (Status::Reversed, TransactionStatus::Refunded) => {}
        (Status::Completed, _) => {
            tx.check_move(&transaction, &machine::CONFIRM, None, "status")?;
            if let Some(loan) = loan {
                let reference = event.provider_reference.clone();
                transaction =
                    confirm::airtime_arrived(tx, &transaction, &loan, &user, reference).await?;
            }
        }
        (Status::Failed, _) => {
            tx.check_move(&transaction, &machine::FAIL, None, "status")?;
            let reason = event.reason_or("The telecom failed it");
            transaction = fail::end(tx, &transaction, loan.as_ref(), reason).await?;
        }
        (Status::Reversed, TransactionStatus::Pending) => {
            let reason = event.reason_or("The telecom took it back");
            transaction = fail::end(tx, &transaction, loan.as_ref(), reason).await?;
        }
        (Status::Reversed, TransactionStatus::Completed) => {
            refund::check(tx, &transaction, loan.as_ref(), "status");
            tx.settle()?;
            transaction = refund::give_back(tx, &user, loan, &transaction, event.proof()).await?;
        }
    }
    Ok(json!({
        "transactionId": transaction.transaction_id, "status": transaction.status.spelling(),
    }))
}
