//! Days without work (spec 1.1).

mod add;
mod remove;

pub use add::CALENDAR_HOLIDAY_ADD;
pub use remove::CALENDAR_HOLIDAY_REMOVE;

use chrono::{DateTime, NaiveDate, Utc};

use crate::Entity;
use crate::business_calendar::BusinessCalendar;

/// A day on which the tenant does not work.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "CalendarHoliday", table = calendar_holidays, module = "platform",
    permission = "platform.calendar_holiday", default_order = day)]
pub struct CalendarHoliday {
    pub id: i32,
    /// The calendar it belongs to.
    #[entity(belongs_to = business_calendar: BusinessCalendar, filter)]
    pub business_calendar_id: i32,
    /// The day; each once in a calendar.
    #[entity(filter, order)]
    pub day: NaiveDate,
    /// What it is called.
    pub name: String,
    /// Moves on with every change.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
