//! A provider says whether a message arrived (spec 5.9). The same receipt twice changes nothing.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::write::{advance, fail};
use super::{NotificationHistory, ended, machine};
use crate::broadcast_message::{BroadcastMessage, progress};
use crate::delivery::DeliveryStatus;

/// What became of which message.
#[derive(InputObject)]
#[graphql(name = "RimNotificationHistoryRecordReceiptInput")]
pub struct RecordReceipt {
    /// The message.
    pub notification_history_id: Id<NotificationHistory>,
    /// Whether it arrived.
    pub arrived: bool,
    /// Why it did not, at most 500 characters; required then.
    pub error_message: Option<String>,
}

mutation! {
    /// Says for a provider whether a message that it took arrived.
    pub RECORD_RECEIPT = "rimNotificationHistoryRecordReceipt"(RecordReceipt) -> NotificationHistory,
    permission "rim.notification_history.receipt" => record_receipt
}

/// Takes a receipt that a person has (spec 5.9).
pub async fn record_receipt(tx: &mut Tx, input: RecordReceipt) -> Rule<NotificationHistory> {
    let (id, field) = (&input.notification_history_id, "notificationHistoryId");
    let seen: NotificationHistory = tx.read(id, field).await?;
    let (broadcast, _) = ended::lock(tx, seen.id, seen.broadcast_recipient_id).await?;
    let row: NotificationHistory = tx.lock(id, field).await?;
    let problem = (!input.arrived).then(|| input.error_message.unwrap_or_default());
    take(tx, broadcast, row, problem, field).await
}

/// Takes a receipt for a locked message: it arrived, or did not for this reason.
pub async fn take(
    tx: &mut Tx,
    broadcast: Option<BroadcastMessage>,
    row: NotificationHistory,
    problem: Option<String>,
    field: &str,
) -> Rule<NotificationHistory> {
    let (step, to) = match problem {
        None => (&machine::DELIVER, DeliveryStatus::Delivered),
        Some(_) => (&machine::FAIL, DeliveryStatus::Failed),
    };
    if row.status == to {
        return Ok(row);
    }
    tx.check_move(&row, step, None, field)?;
    tx.require(row.status != DeliveryStatus::Pending, || {
        let message = "It was not sent yet, so no provider can tell of it.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    let problem = problem.map(|problem| tx.text(&problem, "errorMessage", 500));
    tx.settle()?;
    let moved = match problem {
        Some(problem) => fail(tx, &row, &problem).await?,
        None => {
            let sets = vec![NotificationHistory::DELIVERED_AT.to(Some(tx.now))];
            advance(tx, &row, step, to, sets).await?
        }
    };
    progress::moved(tx, broadcast, row.status, &moved).await?;
    Ok(moved)
}
