//! What became of a message (spec 5.9): the outbox says that a sender took it or gave it up, in
//! the transaction in which it learns so. A broadcast counts along.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::notification::{Ending, Notification, NotificationStatus};
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::write::{advance, fail};
use super::{NotificationHistory, machine};
use crate::broadcast_message::progress;
use crate::delivery::DeliveryStatus;

job! {
    /// Takes up how messages ended that a crash kept from being told.
    pub SETTLE_NOTIFICATIONS = "settleNotifications", every 5 minutes,
    due "SELECT n.dedupe_key FROM notification_histories h \
         JOIN notifications n ON n.dedupe_key = h.dedupe_key || '#' || h.attempts \
         WHERE h.status = 'pending' AND n.status <> 'pending' ORDER BY h.id"
    => settle_one
}

/// Takes up how a message ended, as the outbox tells it.
pub async fn ended(tx: &mut Tx, ending: Ending<'_>) -> Rule<()> {
    take_up(tx, ending.dedupe_key, ending.failure).await
}

/// The same for a message that ended unheard.
pub async fn settle_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let mut same = Sql::new("t.dedupe_key = ");
    same.bind(Bind::Text(Some(key.to_owned())));
    let Some(message) = tx.select::<Notification>(same).await?.pop() else { return Ok(()) };
    let failure = message.last_error.unwrap_or_default();
    match message.status {
        NotificationStatus::Pending => Ok(()),
        NotificationStatus::Sent => take_up(tx, key, None).await,
        NotificationStatus::Failed => take_up(tx, key, Some(&failure)).await,
    }
}

async fn take_up(tx: &mut Tx, outbox_key: &str, failure: Option<&str>) -> Rule<()> {
    let Some((key, _)) = outbox_key.rsplit_once('#') else { return Ok(()) };
    let mut same = Sql::new("t.dedupe_key = ");
    same.bind(Bind::Text(Some(key.to_owned())));
    let Some(seen) = tx.select::<NotificationHistory>(same).await?.pop() else { return Ok(()) };
    let broadcast = progress::lock_broadcast_of(tx, seen.broadcast_recipient_id).await?;
    let row: NotificationHistory = tx.get_locked(seen.id).await?;
    if row.status != DeliveryStatus::Pending || row.outbox_key() != outbox_key {
        return Ok(());
    }
    let row = match failure {
        None => {
            let sets = vec![
                NotificationHistory::SENT_AT.to(Some(tx.now)),
                NotificationHistory::ERROR_MESSAGE.to(None::<String>),
            ];
            advance(tx, &row, &machine::SEND, DeliveryStatus::Sent, sets).await?
        }
        Some(why) => fail(tx, &row, why).await?,
    };
    progress::moved(tx, broadcast, DeliveryStatus::Pending, &row).await
}

/// Locks a message after the broadcast that it belongs to (spec 1.6.2).
pub async fn lock(
    tx: &mut Tx,
    id: Uuid,
    recipient: Option<Uuid>,
) -> Rule<(Option<crate::broadcast_message::BroadcastMessage>, NotificationHistory)> {
    let broadcast = progress::lock_broadcast_of(tx, recipient).await?;
    Ok((broadcast, tx.get_locked(id).await?))
}
