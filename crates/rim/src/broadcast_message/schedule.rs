//! When a broadcast goes out by itself, and taking that back before it does (spec 5.9).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{BroadcastMessage, BroadcastStatus, agreement, audience, machine};

/// How far ahead a broadcast is scheduled at least.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Which broadcast goes out when.
#[derive(InputObject)]
#[graphql(name = "RimBroadcastMessageScheduleInput")]
pub struct Schedule {
    /// The draft.
    pub broadcast_message_id: Id<BroadcastMessage>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// When it goes out, at least five minutes ahead.
    pub scheduled_for: DateTime<Utc>,
}

/// Which broadcast to take back.
#[derive(InputObject)]
#[graphql(name = "RimBroadcastMessageUnscheduleInput")]
pub struct Unschedule {
    /// The broadcast.
    pub broadcast_message_id: Id<BroadcastMessage>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
}

mutation! {
    /// Lets a draft go out by itself at a time; a large audience takes two people.
    pub SCHEDULE = "rimBroadcastMessageSchedule"(Schedule) -> BroadcastMessage,
    permission "rim.broadcast_message.transition:schedule"
    approved by "rim.broadcast_message.transition:schedule" => schedule
}

mutation! {
    /// Takes a broadcast back before it goes out; it is a draft again.
    pub UNSCHEDULE = "rimBroadcastMessageUnschedule"(Unschedule) -> BroadcastMessage,
    permission "rim.broadcast_message.transition:unschedule" => unschedule
}

/// Schedules a draft (spec 5.9).
pub async fn schedule(tx: &mut Tx, input: Schedule) -> Rule<BroadcastMessage> {
    let (id, field) = (&input.broadcast_message_id, "broadcastMessageId");
    let broadcast: BroadcastMessage = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&broadcast, &machine::SCHEDULE, None, field)?;
    let least = tx.now + AHEAD;
    tx.require(input.scheduled_for >= least, || {
        let message = "It is scheduled at least five minutes ahead.";
        let refusal = Refusal::new(Code::OutOfRange, "scheduledFor", message);
        refusal.with("least", least.to_rfc3339())
    });
    let size = audience::not_empty(tx, &broadcast, field).await?;
    let agreed = agreement::obtained(tx, &broadcast, size).await?;
    wait(tx, &broadcast, input.scheduled_for, agreed).await
}

/// Moves a draft to those that go out by themselves.
pub async fn wait(
    tx: &mut Tx,
    broadcast: &BroadcastMessage,
    until: DateTime<Utc>,
    agreed: Option<Uuid>,
) -> Rule<BroadcastMessage> {
    let sets = vec![
        BroadcastMessage::SCHEDULED_FOR.to(Some(until)),
        BroadcastMessage::APPROVED_BY.to(agreed),
    ];
    let scheduled = BroadcastStatus::Scheduled.spelling();
    tx.advance(broadcast, &machine::SCHEDULE, scheduled, sets).await
}

/// Takes a broadcast back (spec 5.9); whoever agreed to it agrees anew the next time.
pub async fn unschedule(tx: &mut Tx, input: Unschedule) -> Rule<BroadcastMessage> {
    let (id, field) = (&input.broadcast_message_id, "broadcastMessageId");
    let broadcast: BroadcastMessage = tx.lock_version(id, field, input.expected_version).await?;
    tx.check_move(&broadcast, &machine::UNSCHEDULE, None, field)?;
    tx.require(broadcast.started_at.is_none(), || {
        let message = "It is going out already.";
        Refusal::new(Code::PreconditionFailed, field, message)
    });
    tx.settle()?;
    back(tx, &broadcast).await
}

/// Makes a scheduled broadcast a draft again.
pub async fn back(tx: &mut Tx, broadcast: &BroadcastMessage) -> Rule<BroadcastMessage> {
    let sets = vec![
        BroadcastMessage::SCHEDULED_FOR.to(None::<DateTime<Utc>>),
        BroadcastMessage::APPROVED_BY.to(None::<Uuid>),
    ];
    let draft = BroadcastStatus::Draft.spelling();
    tx.advance(broadcast, &machine::UNSCHEDULE, draft, sets).await
}
