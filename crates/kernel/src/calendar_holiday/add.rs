//! A day without work is added to a calendar (spec 1.1).

use async_graphql::InputObject;

use super::CalendarHoliday;
use crate::business_calendar::BusinessCalendar;
use crate::db::Tx;
use crate::entity::Id;
use crate::mutation;
use crate::refusal::Rule;
use crate::scalars::Date;

/// Which day.
#[derive(InputObject)]
#[graphql(name = "CalendarHolidayAddInput")]
pub struct Add {
    /// The calendar.
    pub business_calendar_id: Id<BusinessCalendar>,
    /// The day; each once in a calendar.
    pub day: Date,
    /// What it is called; at most 100 characters.
    pub name: String,
}

mutation! {
    /// Adds a day on which the tenant does not work.
    pub CALENDAR_HOLIDAY_ADD = "calendarHolidayAdd"(Add) -> CalendarHoliday,
    permission "platform.calendar_holiday.create" => add
}

async fn add(tx: &mut Tx, input: Add) -> Rule<CalendarHoliday> {
    let id = &input.business_calendar_id;
    let calendar: BusinessCalendar = tx.read(id, "businessCalendarId").await?;
    let sets = vec![
        CalendarHoliday::BUSINESS_CALENDAR_ID.to(calendar.id),
        CalendarHoliday::DAY.to(input.day.0),
        CalendarHoliday::NAME.to(tx.text(&input.name, "name", 100)),
    ];
    tx.settle()?;
    tx.insert(sets).await
}
