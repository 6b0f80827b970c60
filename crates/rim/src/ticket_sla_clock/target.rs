//! When what was promised is due: so many minutes of business hours after the ticket began, and
//! as much later as it was paused (spec 5.7).

use bizgraph_kernel::business_calendar::BusinessHours;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::metadata::Set;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};

use super::TicketSlaClock;

/// A promise, and from when on it counts.
#[derive(Clone, Copy)]
pub struct Promise {
    pub started_at: DateTime<Utc>,
    pub minutes: i32,
    pub warning_percent: i32,
    /// Seconds of business hours that do not count.
    pub paused_seconds: i32,
}

/// When there is a warning, and when it is too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub warns_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
}

impl Promise {
    /// When it is due by these hours; `None` where they are too few.
    pub fn target(&self, hours: &BusinessHours) -> Option<Target> {
        let (paused, whole) = (i64::from(self.paused_seconds), i64::from(self.minutes) * 60);
        let warning = whole * i64::from(self.warning_percent) / 100;
        Some(Target {
            warns_at: hours.after(self.started_at, warning + paused)?,
            due_at: hours.after(self.started_at, whole + paused)?,
        })
    }
}

/// When a promise is due by the tenant's hours.
pub async fn target(tx: &mut Tx, promise: Promise) -> Rule<Target> {
    let hours = tx.business_hours().await?;
    let target = promise.target(&hours);
    target.ok_or_else(|| Fault::internal("too few business hours for a promise").into())
}

/// The columns of the resolution once a pause of so many seconds ended.
pub async fn postponed(
    tx: &mut Tx,
    clock: &TicketSlaClock,
    since: DateTime<Utc>,
) -> Rule<Vec<Set<TicketSlaClock>>> {
    let hours = tx.business_hours().await?;
    let paused = hours.between(since, tx.now) + i64::from(clock.paused_seconds);
    let paused_seconds = i32::try_from(paused).unwrap_or(i32::MAX);
    let promise = Promise {
        started_at: clock.started_at,
        minutes: clock.resolution_minutes,
        warning_percent: clock.warning_percent,
        paused_seconds,
    };
    let target = target(tx, promise).await?;
    Ok(vec![
        TicketSlaClock::PAUSED_SECONDS.to(paused_seconds),
        TicketSlaClock::RESOLUTION_WARNS_AT.to(target.warns_at),
        TicketSlaClock::RESOLUTION_DUE_AT.to(target.due_at),
    ])
}
