//! The days that a report looks at.

use async_graphql::Value;
use chrono::{Datelike, NaiveDate};

use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::parse_date;

/// First and last day of a report, both counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// From the arguments: up to today, from the first of that month, unless said.
    ///
    /// # Errors
    /// `VALIDATION_FAILED` for a period that ends before it begins.
    pub fn of(from: Option<Value>, to: Option<Value>, today: NaiveDate) -> Rule<Period> {
        let to = day(to.as_ref()).unwrap_or(today);
        let from = day(from.as_ref()).or_else(|| to.with_day(1)).unwrap_or(to);
        if from > to {
            let message = format!("The period begins on {from}, after its end on {to}. Swap them.");
            return Err(Refusal::new(Code::ValidationFailed, "from", message).into());
        }
        Ok(Period { from, to })
    }
}

fn day(argument: Option<&Value>) -> Option<NaiveDate> {
    match argument {
        Some(Value::String(text)) => parse_date(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    #[test]
    fn a_period_is_the_present_month_unless_said() {
        let today = date("2026-03-17");
        let usual = Period::of(None, None, today).unwrap();
        assert_eq!(usual, Period { from: date("2026-03-01"), to: today });
        let last = Period::of(None, Some(Value::from("2026-02-28")), today).unwrap();
        assert_eq!(last, Period { from: date("2026-02-01"), to: date("2026-02-28") });
        let named = Period::of(Some(Value::from("2025-12-24")), Some(Value::Null), today).unwrap();
        assert_eq!(named, Period { from: date("2025-12-24"), to: today });
    }

    #[test]
    fn a_period_does_not_end_before_it_begins() {
        let today = date("2026-03-17");
        assert!(Period::of(Some(Value::from("2026-03-18")), None, today).is_err());
    }
}
