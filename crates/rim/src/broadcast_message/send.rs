//! Sending a broadcast now, and trying one again that reached nobody (spec 5.9). Both put the
//! messages into the outbox; the broadcast is sent when the first was taken, and failed when
//! none was. Until then it is scheduled for the moment of the call.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{BroadcastMessage, BroadcastStatus, agreement, audience, going_out, machine, schedule};
use crate::notification_history::retry::MOST_RETRIES;

/// Customers whose names are written down while the sender waits; of more the job does it.
const MOST_AT_ONCE: i32 = 10_000;

/// Which broadcast to send.
#[derive(InputObject)]
#[graphql(name = "RimBroadcastMessageSendInput")]
pub struct Send {
    /// The draft, or the broadcast that would go out later.
    pub broadcast_message_id: Id<BroadcastMessage>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

/// Which broadcast to try again.
#[derive(InputObject)]
#[graphql(name = "RimBroadcastMessageRetryInput")]
pub struct Retry {
    /// The broadcast that reached nobody.
    pub broadcast_message_id: Id<BroadcastMessage>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Sends a broadcast now: its audience is written down, and messages go out within a minute.
    /// A large audience takes two people.
    pub SEND = "rimBroadcastMessageSend"(Send) -> BroadcastMessage,
    permission "rim.broadcast_message.transition:send"
    approved by "rim.broadcast_message.transition:send" => send
}

mutation! {
    /// Tries a broadcast again that reached nobody: those whom it did not reach, nobody else.
    pub RETRY = "rimBroadcastMessageRetry"(Retry) -> BroadcastMessage,
    permission "rim.broadcast_message.transition:retry" => retry
}

/// Sends a broadcast (spec 5.9).
pub async fn send(tx: &mut Tx, input: Send) -> Rule<BroadcastMessage> {
    let (id, field) = (&input.broadcast_message_id, "broadcastMessageId");
    let broadcast: BroadcastMessage = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&broadcast, &machine::SEND, None, field)?;
    tx.require(broadcast.started_at.is_none(), || {
        let message = "It is going out already.";
        Refusal::new(Code::AlreadyDone, field, message)
    });
    let size = audience::not_empty(tx, &broadcast, field).await?;
    let agreed = agreement::obtained(tx, &broadcast, size).await?;
    let broadcast = match broadcast.status {
        BroadcastStatus::Draft => schedule::wait(tx, &broadcast, tx.now, agreed).await?,
        _ => {
            let sets = vec![
                BroadcastMessage::SCHEDULED_FOR.to(Some(tx.now)),
                BroadcastMessage::APPROVED_BY.to(agreed),
            ];
            tx.update(&broadcast, sets).await?
        }
    };
    if size > MOST_AT_ONCE {
        return Ok(broadcast);
    }
    let broadcast = going_out::start(tx, &broadcast).await?;
    going_out::hand_over_some(tx, broadcast).await
}

/// Tries a broadcast again (spec 5.9), each message at most five times.
pub async fn retry(tx: &mut Tx, input: Retry) -> Rule<BroadcastMessage> {
    let (id, field) = (&input.broadcast_message_id, "broadcastMessageId");
    let broadcast: BroadcastMessage = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&broadcast, &machine::RETRY, None, field)?;
    let mut again = Sql::new(
        "UPDATE broadcast_recipients SET status = 'pending', queued_at = NULL, \
         error_message = NULL, version = version + 1, updated_at = ",
    );
    again.bind(Bind::Instant(Some(tx.now))).push(" WHERE status = 'failed' AND attempts <= ");
    again.bind(MOST_RETRIES.into()).push(" AND broadcast_message_id = ").bind(broadcast.id.into());
    let tried = i32::try_from(tx.execute(again).await?).unwrap_or(i32::MAX);
    tx.require(tried > 0, || {
        let message = format!("It was tried again {MOST_RETRIES} times, which is the most.");
        Refusal::new(Code::LimitExceeded, field, message).with("most", MOST_RETRIES)
    });
    tx.settle()?;
    let sets = vec![
        BroadcastMessage::SCHEDULED_FOR.to(Some(tx.now)),
        BroadcastMessage::FAILED_COUNT.to(broadcast.failed_count - tried),
    ];
    let scheduled = BroadcastStatus::Scheduled.spelling();
    let broadcast = tx.advance(&broadcast, &machine::RETRY, scheduled, sets).await?;
    going_out::hand_over_some(tx, broadcast).await
}
