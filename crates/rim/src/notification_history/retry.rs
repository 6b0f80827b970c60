//! A message that did not arrive is tried again, at most five times (spec 5.9). Of a broadcast
//! that reached nobody the whole is tried again instead.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql, decode};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::write::{address_of, advance, fail, hand_over};
use super::{NotificationHistory, ended, machine};
use crate::broadcast_message::{BroadcastStatus, progress};
use crate::delivery::DeliveryStatus;

/// How often a message is tried again.
pub const MOST_RETRIES: i32 = 5;

/// Which message to try again.
#[derive(InputObject)]
#[graphql(name = "RimNotificationHistoryRetryInput")]
pub struct Retry {
    /// The message.
    pub notification_history_id: Id<NotificationHistory>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Tries a message again that did not arrive.
    pub RETRY = "rimNotificationHistoryRetry"(Retry) -> NotificationHistory,
    permission "rim.notification_history.transition:retry" => retry
}

/// Tries a message again (spec 5.9).
pub async fn retry(tx: &mut Tx, input: Retry) -> Rule<NotificationHistory> {
    let (id, field) = (&input.notification_history_id, "notificationHistoryId");
    let seen: NotificationHistory = tx.read(id, field).await?;
    let (broadcast, _) = ended::lock(tx, seen.id, seen.broadcast_recipient_id).await?;
    let row = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&row, &machine::RETRY, None, field)?;
    tx.require(row.attempts <= MOST_RETRIES, || {
        let message = format!("It was tried again {MOST_RETRIES} times, which is the most.");
        Refusal::new(Code::LimitExceeded, field, message).with("most", MOST_RETRIES)
    });
    let is_whole = broadcast.as_ref().is_some_and(|it| it.status != BroadcastStatus::Sent);
    tx.require(!is_whole, || {
        let message = "The broadcast reached nobody; try the broadcast again.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    let (address, was_secret) = (address_of(tx, &row).await?, was_secret(tx, &row).await?);
    tx.require(was_secret != Some(true), || {
        let message = "It held a password, which is not kept; make a new one.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    tx.require(address.is_some() && was_secret.is_some(), || {
        let why = row.error_message.clone().unwrap_or_default();
        let message = format!("It never could be sent, so there is nothing to try again: {why}");
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    tx.settle()?;
    let text = (row.title.clone(), row.message.clone());
    let row = again(tx, &row, Ok(text), &address.unwrap_or_default()).await?;
    progress::moved(tx, broadcast, DeliveryStatus::Failed, &row).await?;
    Ok(row)
}

/// Whether what was handed over the last time is not kept; `None` when nothing was, as there was
/// no text.
async fn was_secret(tx: &mut Tx, row: &NotificationHistory) -> Rule<Option<bool>> {
    let mut sql = Sql::new("SELECT secret FROM notifications WHERE dedupe_key = ");
    sql.bind(Bind::Text(Some(row.outbox_key())));
    Ok(tx.load(sql).await?.first().map(|row| decode(row, 0)).transpose()?)
}

/// Tries a message once more with this title and text, or with the reason why there is none.
pub async fn again(
    tx: &mut Tx,
    row: &NotificationHistory,
    text: Result<(String, String), String>,
    address: &str,
) -> Rule<NotificationHistory> {
    let mut sets = vec![
        NotificationHistory::ATTEMPTS.to(row.attempts + 1),
        NotificationHistory::ERROR_MESSAGE.to(None::<String>),
    ];
    if let Ok((title, message)) = &text {
        sets.push(NotificationHistory::TITLE.to(title.clone()));
        sets.push(NotificationHistory::MESSAGE.to(message.clone()));
    }
    let row = advance(tx, row, &machine::RETRY, DeliveryStatus::Pending, sets).await?;
    match text {
        Ok(_) => hand_over(tx, row, address, None).await,
        Err(problem) => fail(tx, &row, &problem).await,
    }
}
