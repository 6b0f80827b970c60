//! The only place that asks the machine for the time, so that tests can set it (spec 1.4.3).

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Where "now" comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present instant, in whole microseconds, as PostgreSQL keeps it.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[allow(clippy::disallowed_methods, reason = "this is the clock")]
        let now = Utc::now();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

/// A clock that stands still until it is set.
pub struct SetClock(Mutex<DateTime<Utc>>);

impl SetClock {
    /// Stands at this instant.
    pub fn at(instant: DateTime<Utc>) -> Self {
        SetClock(Mutex::new(instant))
    }

    /// Moves forward by so much.
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
