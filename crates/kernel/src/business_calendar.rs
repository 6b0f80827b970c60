//! When a tenant works (spec 1.1): the hours of a week in its own zone, and days without work.

mod hours;
mod update;

pub use hours::{BusinessHours, Opening, Weekday};
pub use update::BUSINESS_CALENDAR_UPDATE;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::Entity;
use crate::calendar_holiday::CalendarHoliday;
use crate::db::{Fault, Tx};
use crate::entity::decode;
use crate::entity::sql::Sql;
use crate::refusal::Rule;

/// When the tenant works.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "BusinessCalendar", table = business_calendars, module = "platform",
    permission = "platform.business_calendar", default_order = id)]
#[has_many(holidays: CalendarHoliday by business_calendar_id "Days without work.")]
pub struct BusinessCalendar {
    pub id: i32,
    /// What it is called; unique.
    #[entity(filter, order)]
    pub name: String,
    /// The hours of a week in the tenant's zone, a list of
    /// `{"weekday": "monday", "opens": "08:00", "closes": "17:00"}`.
    pub hours: Value,
    /// Moves on with every change.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl Tx {
    /// The tenant's hours of work, by its first calendar.
    ///
    /// # Errors
    /// A fault when the calendar is gone or cannot be read.
    pub async fn business_hours(&mut self) -> Rule<BusinessHours> {
        let sql = Sql::new(
            "SELECT c.hours, coalesce((SELECT jsonb_agg(h.day) FROM calendar_holidays h \
               WHERE h.business_calendar_id = c.id), '[]') \
             FROM business_calendars c ORDER BY c.id LIMIT 1",
        );
        let rows = self.load(sql).await?;
        let row = rows.first().ok_or_else(|| Fault::internal("the tenant has no calendar"))?;
        let openings: Vec<Opening> = read(decode(row, 0)?)?;
        let holidays: Vec<NaiveDate> = read(decode(row, 1)?)?;
        Ok(BusinessHours::new(self.actor.tenant.time_zone, &openings, holidays))
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|error| Fault::decode(error.into()))
}
