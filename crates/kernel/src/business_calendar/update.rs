//! A tenant works at other hours. What was promised in hours of work stays as it was counted; what
//! is promised from now on is counted by the new hours (spec 1.1).

use async_graphql::InputObject;

use super::{BusinessCalendar, Opening, Weekday};
use crate::db::Tx;
use crate::entity::Id;
use crate::mutation;
use crate::refusal::{Code, Refusal, Rule};

/// Spans of work that a week may have.
const MOST_SPANS: usize = 70;

/// The least work in a week, in minutes: with none, nothing would ever be due.
const LEAST_WORK: u32 = 60;

/// Hours of one day of the week.
#[derive(InputObject)]
#[graphql(name = "BusinessHoursInput")]
pub struct Hours {
    /// The day.
    pub weekday: Weekday,
    /// When the work begins, such as `08:00`.
    pub opens: String,
    /// When it ends, such as `17:00`; `24:00` for midnight.
    pub closes: String,
}

/// What changes; a field left out stays as it is.
#[derive(InputObject)]
#[graphql(name = "BusinessCalendarUpdateInput")]
pub struct Update {
    /// The calendar.
    pub business_calendar_id: Id<BusinessCalendar>,
    /// The version that was read; the change is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// What it is called; at most 100 characters.
    pub name: Option<String>,
    /// All the hours of a week, in the tenant's zone; a day that is not named has none, and one
    /// with a break is named twice. At least an hour a week.
    pub hours: Option<Vec<Hours>>,
}

mutation! {
    /// Changes the hours at which the tenant works.
    pub BUSINESS_CALENDAR_UPDATE = "businessCalendarUpdate"(Update) -> BusinessCalendar,
    permission "platform.business_calendar.update" => update
}

async fn update(tx: &mut Tx, input: Update) -> Rule<BusinessCalendar> {
    let (id, field) = (&input.business_calendar_id, "businessCalendarId");
    let calendar: BusinessCalendar = tx.lock_version(id, field, input.expected_version).await?;
    let mut sets = Vec::new();
    if let Some(name) = input.name {
        sets.push(BusinessCalendar::NAME.to(tx.text(&name, "name", 100)));
    }
    if let Some(hours) = input.hours {
        let openings = checked(tx, hours);
        sets.push(BusinessCalendar::HOURS.to(serde_json::json!(openings)));
    }
    tx.settle()?;
    tx.update(&calendar, sets).await
}

/// The hours of a week, refused unless they are in order and do not overlap.
fn checked(tx: &mut Tx, hours: Vec<Hours>) -> Vec<Opening> {
    if hours.len() > MOST_SPANS {
        let message = format!("At most {MOST_SPANS} spans of work.");
        tx.refuse(Refusal::new(Code::OutOfRange, "hours", message).with("most", MOST_SPANS));
        return Vec::new();
    }
    let read = |hours: Hours| {
        let Hours { weekday, opens, closes } = hours;
        Opening { weekday, opens, closes }
    };
    let openings: Vec<Opening> = hours.into_iter().map(read).collect();
    let mut taken: Vec<(Weekday, u32, u32)> = Vec::new();
    for (place, opening) in openings.iter().enumerate() {
        let field = format!("hours.{place}");
        let Some((opens, closes)) = opening.minutes() else {
            let message = "Write the times like 08:00 and 17:00, the first before the second.";
            tx.refuse(Refusal::new(Code::BadFormat, &field, message));
            continue;
        };
        let day = opening.weekday;
        let overlaps =
            taken.iter().any(|(other, from, to)| *other == day && opens < *to && *from < closes);
        tx.require(!overlaps, || {
            let message = "These hours overlap with others of the same day.";
            Refusal::new(Code::Overlap, &field, message)
        });
        taken.push((day, opens, closes));
    }
    let work: u32 = taken.iter().map(|(_, opens, closes)| closes - opens).sum();
    tx.require(work >= LEAST_WORK, || {
        let message = "A week needs at least an hour of work.";
        Refusal::new(Code::OutOfRange, "hours", message).with("least", LEAST_WORK)
    });
    openings
}
