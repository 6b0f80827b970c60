//! Through which day the books are closed (spec 1.10): one row.
//!
//! An entity names its business dates by `#[period(payment_date)]`, and every row that [`Tx`]
//! writes is held against the lock by them, so that no rule can forget it. Behind the lock:
//!
//! - nothing new is dated, and nothing that is there is dated otherwise or deleted;
//! - what a row says stays: its amounts, whose it is, and that it counts. So nobody voids, cancels
//!   or refunds it in place;
//! - what follows from a row of a later day goes on, since that day is what counts: an old invoice
//!   is paid, refunded by a refund of today, or becomes overdue; an old loan is paid back.
//!
//! Which columns a row keeps, `keeps(..)` says; all of them, unless it is said. `undone` is the status
//! that takes it back, and in the status `unless` its day does not count yet. Rows of today and
//! later are never looked up, because no lock reaches that far. What the server does by itself is of
//! today and passes; what a provider took back passes with the reason that it gives.
//!
//! [`Tx`]: crate::db::Tx

mod move_back;
mod move_forward;
mod open;

pub use move_back::PERIOD_LOCK_MOVE_BACK;
pub use move_forward::PERIOD_LOCK_MOVE_FORWARD;
pub use open::OVERRIDE;
pub(crate) use open::{THROUGH, can_be_overridden, past, sentence};

use chrono::{DateTime, NaiveDate, Utc};

use crate::Entity;
use crate::db::{Fault, Tx};
use crate::entity::Sql;
use crate::refusal::Rule;

/// Through which day the books are closed.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "PeriodLock", table = period_locks, module = "platform",
    permission = "platform.period_lock")]
pub struct PeriodLock {
    pub id: i32,
    /// The last day of the locked period; null while nothing is locked. What has a business date
    /// until then is neither entered nor changed.
    pub locked_through: Option<NaiveDate>,
    /// Moves on with every change.
    pub version: i32,
    /// When the tenant was made.
    pub created_at: DateTime<Utc>,
    /// When it was moved last.
    pub updated_at: DateTime<Utc>,
}

/// The lock, to be moved.
async fn locked(tx: &mut Tx, expected_version: Option<i32>) -> Rule<PeriodLock> {
    let row = tx.select::<PeriodLock>(Sql::new("t.id = 1 FOR UPDATE OF t")).await?.pop();
    let lock = row.ok_or_else(|| Fault::internal("a tenant without a period lock"))?;
    if let Some(expected) = expected_version {
        tx.expect_version(&lock, expected).await?;
    }
    Ok(lock)
}
