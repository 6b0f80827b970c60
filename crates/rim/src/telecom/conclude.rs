//! What a telecom said of airtime is written down (spec 5.5): it starts its loan, fails it, or
//! leaves it open until the telecom is asked again. Whoever was faster, such as a person or the
//! telecom itself, is left alone.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::provider::Reply;
use bizgraph_kernel::refusal::Rule;

use super::airtime::{self, Fate};
use super::send::telecom_of;
use crate::api_call::{ApiCall, ApiCallPurpose};
use crate::api_integration::health;
use crate::loan::jobs::read_key;
use crate::transaction::{Transaction, TransactionStatus, confirm, fail};

/// Writes what came of an order.
pub async fn ordered(tx: &mut Tx, key: &str, reply: &Reply) -> Rule<()> {
    conclude(tx, key, ApiCallPurpose::Airtime, airtime::fate_of_order(reply)).await
}

/// Writes what came of an inquiry.
pub async fn asked(tx: &mut Tx, key: &str, reply: &Reply) -> Rule<()> {
    conclude(tx, key, ApiCallPurpose::Inquiry, airtime::fate_of_inquiry(reply)).await
}

async fn conclude(tx: &mut Tx, key: &str, purpose: ApiCallPurpose, fate: Fate) -> Rule<()> {
    let (user, loan, transaction) = confirm::lock_key(tx, read_key(key)?).await?;
    let telecom = telecom_of(tx, &transaction).await?;
    if let Some(telecom) = &telecom {
        let sets = vec![
            ApiCall::API_INTEGRATION_ID.to(telecom.id),
            ApiCall::PURPOSE.to(purpose),
            ApiCall::TRANSACTION_ID.to(Some(transaction.id)),
            ApiCall::SUCCEEDED.to(!matches!(fate, Fate::Failed(_) | Fate::Unclear(_))),
            ApiCall::MESSAGE.to(message(&transaction, &fate)),
        ];
        tx.append(sets).await?;
    }
    if transaction.status != TransactionStatus::Pending {
        return Ok(());
    }
    match (fate, loan) {
        (Fate::Arrived(reference), Some(loan)) => {
            confirm::airtime_arrived(tx, &transaction, &loan, &user, reference).await?;
        }
        (Fate::Failed(reason), loan) => {
            fail::end(tx, &transaction, loan.as_ref(), reason).await?;
        }
        (Fate::NeverHeard, _) => {
            // It is sent again under the same reference.
            tx.amend(&transaction, vec![Transaction::SENT_AT.to(None)]).await?;
        }
        (Fate::Unclear(_), _) => {
            if let Some(telecom) = telecom {
                health::count_failure(tx, telecom.id).await?;
            }
        }
        (Fate::UnderWay | Fate::Arrived(_), _) => {}
    }
    Ok(())
}

fn message(transaction: &Transaction, fate: &Fate) -> Option<String> {
    let said = match fate {
        Fate::Arrived(reference) => {
            let reference = reference.as_deref().unwrap_or("no reference");
            format!("completed, {reference}")
        }
        Fate::Failed(reason) => format!("failed: {reason}"),
        Fate::UnderWay => "pending".to_owned(),
        Fate::NeverHeard => "never heard of it".to_owned(),
        Fate::Unclear(why) => why.clone(),
    };
    Some(match transaction.status {
        TransactionStatus::Pending => said,
        status => format!("{said}; here it is {} already", status.spelling()),
    })
}
