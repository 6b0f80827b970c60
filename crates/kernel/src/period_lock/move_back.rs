//! A closed period is opened again (spec 1.10): two administrators move the lock back, with a
//! reason.

use async_graphql::{InputObject, MaybeUndefined};

use super::{PeriodLock, locked};
use crate::db::Tx;
use crate::mutation;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::Date;

/// How far back, and why.
#[derive(InputObject)]
#[graphql(name = "PeriodLockMoveBackInput")]
pub struct MoveBack {
    /// The last day that stays locked, before the one that is so far; null to open every day.
    /// One of both has to be said.
    pub locked_through: MaybeUndefined<Date>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, for the audit log; at most 500 characters.
    pub reason: String,
}

mutation! {
    /// Opens days again that were locked, once a second administrator agrees.
    pub PERIOD_LOCK_MOVE_BACK = "periodLockMoveBack"(MoveBack) -> PeriodLock,
    permission "platform.period_lock.move_back"
    approved by "platform.period_lock.move_back" => move_back
}

async fn move_back(tx: &mut Tx, input: MoveBack) -> Rule<PeriodLock> {
    let lock = locked(tx, input.expected_version).await?;
    let field = "lockedThrough";
    tx.require(!input.locked_through.is_undefined(), || {
        Refusal::new(Code::Required, field, "Say which day stays locked last, or null for none.")
    });
    let day = input.locked_through.take().map(|date| date.0);
    // Nothing locked is before every day.
    tx.require(day < lock.locked_through, || {
        let message = match lock.locked_through {
            Some(through) => format!("That is not back: it is locked through {through}."),
            None => "No day is locked.".to_owned(),
        };
        let through = lock.locked_through.map(|through| through.to_string());
        Refusal::new(Code::OutOfRange, field, message).with("lockedThrough", through)
    });
    tx.text(&input.reason, "reason", 500);
    tx.settle()?;
    let from = lock.locked_through.map_or_else(String::new, |through| through.to_string());
    let to = day.map_or_else(|| "no day at all".to_owned(), |day| day.to_string());
    tx.four_eyes(&lock, format!("Move the period lock back from {from} to {to}")).await?;
    tx.update(&lock, vec![PeriodLock::LOCKED_THROUGH.to(day)]).await
}
