//! A period is closed (spec 1.10): the lock moves forward, as far as the day before today. Who may
//! do that needs nobody else for it.

use async_graphql::InputObject;

use super::{PeriodLock, locked};
use crate::db::Tx;
use crate::mutation;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::Date;

/// How far to lock.
#[derive(InputObject)]
#[graphql(name = "PeriodLockMoveForwardInput")]
pub struct MoveForward {
    /// The last day to be locked; after the one that is so far, and before today.
    pub locked_through: Date,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Why, for the audit log; at most 500 characters.
    pub reason: Option<String>,
}

mutation! {
    /// Closes the books through a day. What has a business date until then can neither be entered
    /// nor changed any more, except with the right to do so and a reason.
    pub PERIOD_LOCK_MOVE_FORWARD = "periodLockMoveForward"(MoveForward) -> PeriodLock,
    permission "platform.period_lock.move_forward" => move_forward
}

async fn move_forward(tx: &mut Tx, input: MoveForward) -> Rule<PeriodLock> {
    let lock = locked(tx, input.expected_version).await?;
    let (day, today, field) = (input.locked_through.0, tx.business_date, "lockedThrough");
    tx.require(day < today, || {
        let message = format!("Only days that are over can be locked; today is {today}.");
        Refusal::new(Code::OutOfRange, field, message).with("today", today.to_string())
    });
    if let Some(through) = lock.locked_through.filter(|through| day <= *through) {
        let message = format!(
            "The lock moves forward only, and is at {through} already. Two administrators together \
             move it back."
        );
        let refusal = Refusal::new(Code::OutOfRange, field, message);
        tx.refuse(refusal.with("lockedThrough", through.to_string()));
    }
    tx.optional_text(input.reason, "reason", 500);
    tx.settle()?;
    tx.update(&lock, vec![PeriodLock::LOCKED_THROUGH.to(Some(day))]).await
}
