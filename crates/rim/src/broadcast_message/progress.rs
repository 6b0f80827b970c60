//! How far a broadcast came (spec 5.9): its recipients follow their messages, its counts follow
//! the recipients, and its status the first message that was taken or the last that was not.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::{BroadcastMessage, BroadcastStatus, machine};
use crate::broadcast_recipient::BroadcastRecipient;
use crate::delivery::DeliveryStatus;
use crate::notification_history::NotificationHistory;

/// Locks the broadcast of a recipient; `None` for a message of another kind.
pub async fn lock_broadcast_of(
    tx: &mut Tx,
    recipient: Option<Uuid>,
) -> Rule<Option<BroadcastMessage>> {
    let Some(recipient) = recipient else { return Ok(None) };
    let recipient: BroadcastRecipient = tx.get(recipient).await?;
    Ok(Some(tx.get_locked(recipient.broadcast_message_id).await?))
}

/// Takes up that the message of a locked broadcast moved.
pub async fn moved(
    tx: &mut Tx,
    broadcast: Option<BroadcastMessage>,
    from: DeliveryStatus,
    row: &NotificationHistory,
) -> Rule<()> {
    let Some(broadcast) = broadcast else { return Ok(()) };
    if from == DeliveryStatus::Failed {
        note_attempt(tx, row).await?;
    }
    count(tx, &broadcast, from, row).await?;
    if broadcast.status == BroadcastStatus::Scheduled {
        let broadcast: BroadcastMessage = tx.get(broadcast.id).await?;
        end_if_nobody_is_left(tx, broadcast).await?;
    }
    Ok(())
}

/// Lets the recipient follow its message, and the counts the recipient. Counts repeat rows that
/// have records of their own, so they are written as they are and recorded with the status.
pub async fn count(
    tx: &mut Tx,
    broadcast: &BroadcastMessage,
    from: DeliveryStatus,
    row: &NotificationHistory,
) -> Rule<()> {
    let mut recipient = Sql::new("UPDATE broadcast_recipients SET status = ");
    recipient.bind(Bind::Text(Some(row.status.spelling().to_owned()))).push(", error_message = ");
    recipient.bind(Bind::Text(row.error_message.clone())).push(", sent_at = ");
    recipient.bind(Bind::Instant(row.sent_at)).push(", version = version + 1, updated_at = ");
    recipient.bind(Bind::Instant(Some(tx.now))).push(" WHERE id = ");
    recipient.bind(Bind::Uuid(row.broadcast_recipient_id));
    tx.execute(recipient).await?;
    let sent = i32::from(was_taken(row.status)) - i32::from(was_taken(from));
    let failed =
        i32::from(row.status == DeliveryStatus::Failed) - i32::from(from == DeliveryStatus::Failed);
    let mut counts = Sql::new("UPDATE broadcast_messages SET sent_count = sent_count + ");
    counts.bind(sent.into()).push(", failed_count = failed_count + ").bind(failed.into());
    counts.push(" WHERE id = ").bind(broadcast.id.into());
    tx.execute(counts).await?;
    Ok(())
}

fn was_taken(status: DeliveryStatus) -> bool {
    matches!(status, DeliveryStatus::Sent | DeliveryStatus::Delivered)
}

async fn note_attempt(tx: &mut Tx, row: &NotificationHistory) -> Rule<()> {
    let mut sql = Sql::new("UPDATE broadcast_recipients SET attempts = attempts + 1 WHERE id = ");
    sql.bind(Bind::Uuid(row.broadcast_recipient_id));
    tx.execute(sql).await?;
    Ok(())
}

/// Ends a locked broadcast that is going out: sent once a message was taken, failed when nobody
/// is left whom it could reach.
pub async fn end_if_nobody_is_left(
    tx: &mut Tx,
    broadcast: BroadcastMessage,
) -> Rule<BroadcastMessage> {
    let sent_at = BroadcastMessage::SENT_AT.to(Some(tx.now));
    if broadcast.sent_count > 0 {
        let sent = BroadcastStatus::Sent.spelling();
        return tx.advance(&broadcast, &machine::SEND, sent, vec![sent_at]).await;
    }
    let mut left = Sql::new(
        "SELECT EXISTS (SELECT FROM broadcast_recipients WHERE status = 'pending' \
         AND broadcast_message_id = ",
    );
    left.bind(broadcast.id.into()).push(")");
    let rows = tx.load(left).await?;
    let is_left: bool = rows.first().map(|row| decode(row, 0)).transpose()?.unwrap_or_default();
    if is_left {
        return Ok(broadcast);
    }
    let failed = BroadcastStatus::Failed.spelling();
    tx.advance(&broadcast, &machine::SEND, failed, Vec::new()).await
}
