//! A provider says whether a message arrived (spec 5.9). The same receipt twice changes nothing.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::write::{advance, fail};
use super::{NotificationHistory, ended, machine};
use crate::broadcast_message::progress;
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

/// Takes a receipt (spec 5.9).
pub async fn record_receipt(tx: &mut Tx, input: RecordReceipt) -> Rule<NotificationHistory> {
    let (id, field) = (&input.notification_history_id, "notificationHistoryId");
    let seen: NotificationHistory = tx.read(id, field).await?;
    let (broadcast, _) = ended::lock(tx, seen.id, seen.broadcast_recipient_id).await?;
    let row: NotificationHistory = tx.lock(id, field).await?;
    let (step, to) = match input.arrived {
        true => (&machine::DELIVER, DeliveryStatus::Delivered),
        false => (&machine::FAIL, DeliveryStatus::Failed),
    };
    if row.status == to {
        return Ok(row);
    }
    tx.check_move(&row, step, None, field)?;
    tx.require(row.status != DeliveryStatus::Pending, || {
        let message = "It was not sent yet, so no provider can tell of it.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    let problem = match input.arrived {
        true => None,
        false => Some(tx.text(&input.error_message.unwrap_or_default(), "errorMessage", 500)),
    };
    tx.no_card_number(problem.as_deref(), "errorMessage");
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
