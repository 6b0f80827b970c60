//! Counting time that is worked. A span of work is what passes between two readings of the
//! tenant's clocks, so a night in which they are put forward or back makes it shorter or longer.

use std::collections::HashSet;

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::Words;

/// Days that are looked at for time to work before giving up: a century.
const MOST_DAYS: usize = 36_525;

/// Minutes from one midnight to the next.
const DAY: u32 = 24 * 60;

/// A day of the week.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[words(name = "Weekday")]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// `monday`.
    #[word("monday")]
    Monday,
    /// `tuesday`.
    #[word("tuesday")]
    Tuesday,
    /// `wednesday`.
    #[word("wednesday")]
    Wednesday,
    /// `thursday`.
    #[word("thursday")]
    Thursday,
    /// `friday`.
    #[word("friday")]
    Friday,
    /// `saturday`.
    #[word("saturday")]
    Saturday,
    /// `sunday`.
    #[word("sunday")]
    Sunday,
}

/// Hours of one day of the week, as the calendar stores them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    pub weekday: Weekday,
    /// `08:00`
    pub opens: String,
    /// `17:00`, or `24:00` for midnight.
    pub closes: String,
}

impl Opening {
    /// Minutes of the day, from and to; `None` when they are no times in this order.
    pub fn minutes(&self) -> Option<(u32, u32)> {
        let (opens, closes) = (minute_of(&self.opens)?, minute_of(&self.closes)?);
        (opens < closes).then_some((opens, closes))
    }
}

/// The minute of the day behind `HH:MM`.
fn minute_of(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse::<u32>().ok()).flatten();
    let (hour, minute) = (two(hour)?, two(minute)?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= DAY).then_some(all)
}

/// The hours of a tenant's work, ready to be counted in.
pub struct BusinessHours {
    zone: Tz,
    /// Minutes of the day, from and to, in their order, Monday first.
    week: [Vec<(u32, u32)>; 7],
    holidays: HashSet<NaiveDate>,
}

impl BusinessHours {
    /// These hours in this zone; what is no time in order counts for nothing.
    pub fn new(zone: Tz, openings: &[Opening], holidays: Vec<NaiveDate>) -> Self {
        let mut week: [Vec<(u32, u32)>; 7] = Default::default();
        for opening in openings {
            week[opening.weekday as usize].extend(opening.minutes());
        }
        for day in &mut week {
            day.sort_unstable();
        }
        BusinessHours { zone, week, holidays: holidays.into_iter().collect() }
    }

    /// The instant at which so many seconds of work have passed since another; `None` where the
    /// calendar has too little work for that.
    pub fn after(&self, from: DateTime<Utc>, seconds: i64) -> Option<DateTime<Utc>> {
        let mut left = TimeDelta::try_seconds(seconds)?;
        if left <= TimeDelta::zero() {
            return Some(from);
        }
        for (start, end) in self.spans(from) {
            let start = start.max(from);
            let length = end - start;
            if left <= length {
                return Some(start + left);
            }
            left -= length.max(TimeDelta::zero());
        }
        None
    }

    /// The work between two instants, in whole seconds.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let spans = self.spans(from).take_while(|(start, _)| *start < to);
        let worked =
            spans.map(|(start, end)| (end.min(to) - start.max(from)).max(TimeDelta::zero()));
        worked.sum::<TimeDelta>().num_seconds()
    }

    /// The spans of work from the day before an instant on, in their order.
    fn spans(&self, from: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let today = from.with_timezone(&self.zone).date_naive();
        let first = today.pred_opt().unwrap_or(today);
        let days = first.iter_days().take(MOST_DAYS);
        let worked = days.filter(|day| !self.holidays.contains(day));
        worked.flat_map(move |day| {
            let spans = &self.week[day.weekday().num_days_from_monday() as usize];
            spans.iter().filter_map(move |(opens, closes)| {
                let start = self.instant(day, *opens, false)?;
                Some((start, self.instant(day, *closes, true)?))
            })
        })
    }

    /// When the tenant's clocks show a minute of a day: of two times the later one at the end of
    /// work, and for a time that is skipped, as if they had not been put forward yet.
    fn instant(&self, day: NaiveDate, minute: u32, ends: bool) -> Option<DateTime<Utc>> {
        let day = if minute == DAY { day.checked_add_days(Days::new(1))? } else { day };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minute % DAY * 60, 0)?;
        let local = day.and_time(time);
        let at = match self.zone.from_local_datetime(&local) {
            MappedLocalTime::Single(at) => at,
            MappedLocalTime::Ambiguous(early, late) => {
                if ends {
                    late
                } else {
                    early
                }
            }
            MappedLocalTime::None => {
                let before = self.zone.from_local_datetime(&(local - TimeDelta::hours(3)));
                before.latest()? + TimeDelta::hours(3)
            }
        };
        Some(at.with_timezone(&Utc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn opening(weekday: Weekday, opens: &str, closes: &str) -> Opening {
        Opening { weekday, opens: opens.to_owned(), closes: closes.to_owned() }
    }

    /// Weekdays from 8 to 17.
    fn office(zone: Tz, holidays: &[&str]) -> BusinessHours {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        let days = [Monday, Tuesday, Wednesday, Thursday, Friday];
        let openings = days.map(|day| opening(day, "08:00", "17:00"));
        let holidays = holidays.iter().map(|day| day.parse().unwrap()).collect();
        BusinessHours::new(zone, &openings, holidays)
    }

    #[test]
    fn nights_weekends_and_holidays_do_not_count() {
        let hours = office(Tz::Africa__Lagos, &["2026-03-09"]);
        // Friday 16:30 in Lagos, and an hour of work later.
        let friday = at("2026-03-06T15:30:00Z");
        assert_eq!(hours.after(friday, 3_600), Some(at("2026-03-10T07:30:00Z")));
        assert_eq!(hours.between(friday, at("2026-03-10T07:30:00Z")), 3_600);
        assert_eq!(hours.between(at("2026-03-07T00:00:00Z"), at("2026-03-09T23:00:00Z")), 0);
        assert_eq!(hours.after(at("2026-03-07T00:00:00Z"), 60), Some(at("2026-03-10T07:01:00Z")));
    }

    #[test]
    fn what_ends_with_the_day_is_due_in_the_evening() {
        let hours = office(Tz::Africa__Lagos, &[]);
        let noon = at("2026-03-02T11:00:00Z");
        assert_eq!(hours.after(noon, 5 * 3_600), Some(at("2026-03-02T16:00:00Z")));
        assert_eq!(hours.after(noon, 0), Some(noon));
    }

    #[test]
    fn a_night_with_a_change_of_the_clocks_is_as_long_as_it_is() {
        let night = [opening(Weekday::Sunday, "00:00", "24:00")];
        let hours = BusinessHours::new(Tz::Europe__Berlin, &night, Vec::new());
        let of = |from: &str, to: &str| hours.between(at(from), at(to)) / 3_600;
        assert_eq!(of("2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z"), 23);
        assert_eq!(of("2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z"), 25);
        assert_eq!(of("2026-03-21T00:00:00Z", "2026-03-23T12:00:00Z"), 24);
        // Half past two does not exist that night; the work begins with the hour that follows.
        let skipped = [opening(Weekday::Sunday, "02:30", "06:00")];
        let hours = BusinessHours::new(Tz::Europe__Berlin, &skipped, Vec::new());
        let end = hours.after(at("2026-03-28T12:00:00Z"), 60);
        assert_eq!(end, Some(at("2026-03-29T01:31:00Z")));
    }

    #[test]
    fn a_calendar_without_work_ends() {
        let hours = BusinessHours::new(Tz::UTC, &[], Vec::new());
        assert_eq!(hours.after(at("2026-03-02T00:00:00Z"), 1), None);
        assert_eq!(hours.between(at("2026-03-02T00:00:00Z"), at("2027-03-02T00:00:00Z")), 0);
    }

    #[test]
    fn hours_are_times_in_their_order() {
        let minutes = |opens, closes| opening(Weekday::Monday, opens, closes).minutes();
        assert_eq!(minutes("08:00", "17:30"), Some((480, 1_050)));
        assert_eq!(minutes("00:00", "24:00"), Some((0, 1_440)));
        for (opens, closes) in [
            ("17:00", "08:00"),
            ("8:00", "17:00"),
            ("08:60", "17:00"),
            ("08:00", "24:01"),
            ("", ""),
        ] {
            assert_eq!(minutes(opens, closes), None, "{opens} {closes}");
        }
    }
}
