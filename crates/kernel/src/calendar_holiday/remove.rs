//! A day is worked after all (spec 1.1).

use async_graphql::InputObject;

use super::CalendarHoliday;
use crate::db::Tx;
use crate::entity::Id;
use crate::mutation;
use crate::mutation::Outcome;
use crate::refusal::Rule;

/// Which day.
#[derive(InputObject)]
#[graphql(name = "CalendarHolidayRemoveInput")]
pub struct Remove {
    /// The day without work.
    pub calendar_holiday_id: Id<CalendarHoliday>,
}

mutation! {
    /// Removes a day without work.
    pub CALENDAR_HOLIDAY_REMOVE = "calendarHolidayRemove"(Remove),
    permission "platform.calendar_holiday.delete"
    also [("deletedId", "The day that was removed.", "ID")] => remove
}

async fn remove(tx: &mut Tx, input: Remove) -> Rule<Outcome> {
    let id = &input.calendar_holiday_id;
    let holiday: CalendarHoliday = tx.lock(id, "calendarHolidayId").await?;
    tx.delete(&holiday).await?;
    Ok(Outcome::default().with("deletedId", id.as_str()))
}
