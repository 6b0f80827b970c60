//! Words and scalars that every module shares.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// A document as JSON, at most 16 KiB and 8 levels deep.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

const JSON_BYTES: usize = 16 * 1024;
const JSON_DEPTH: usize = 8;

/// A document as JSON, at most 16 KiB and 8 levels deep.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        let json = value.into_json().map_err(|error| InputValueError::custom(error.to_string()))?;
        if !is_small(&json) {
            return Err(InputValueError::custom("at most 16 KiB and 8 levels deep"));
        }
        Ok(Json(json))
    }

    /// Asked where the field is known, so that the refusal names it.
    fn is_valid(value: &Value) -> bool {
        value.clone().into_json().is_ok_and(|json| is_small(&json))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

fn is_small(json: &serde_json::Value) -> bool {
    depth(json) <= JSON_DEPTH && json.to_string().len() <= JSON_BYTES
}

fn depth(json: &serde_json::Value) -> usize {
    match json {
        serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        serde_json::Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A calendar date, such as 2026-11-21; no time and no zone.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => parse_date(text).map(Date).ok_or_else(|| {
                InputValueError::custom(format!("{text:?} is no date; write it like 2026-11-21"))
            }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if parse_date(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Years that people write with four digits, and that the database can hold.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// Reads `YYYY-MM-DD`, nothing else.
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    if text.len() != 10 {
        return None;
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

/// Reads an instant as RFC 3339 writes it.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    YEARS.contains(&instant.year()).then_some(instant)
}

/// A 64-bit integer as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BigInt(pub i64);

/// A 64-bit integer as a string, because JavaScript's numbers end at 53 bits.
#[Scalar(name = "BigInt")]
impl ScalarType for BigInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text
                .parse()
                .map(BigInt)
                .map_err(|_| InputValueError::custom(format!("{text:?} is no integer"))),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if text.parse::<i64>().is_ok())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// `unitPrice` and `product_models` as people write them: `unit price`, `product models`.
pub fn words_of(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        match character {
            '_' => words.push(' '),
            upper if upper.is_ascii_uppercase() => {
                words.push(' ');
                words.push(upper.to_ascii_lowercase());
            }
            other => words.push(other),
        }
    }
    words
}
