//! One value of a file: from the text that an export holds to what the column takes.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use crate::import::Spelling;
use crate::input::{e164, holds_card_number, is_email};

/// The type of a column, as PostgreSQL spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Integer,
    BigInteger,
    Numeric { digits: u32, scale: u32 },
    Boolean,
    Date,
    Instant,
    Json,
    Uuid,
    Text { most: Option<usize> },
    Texts,
}

impl ColumnType {
    /// From `numeric(14,2)` and the like; `None` for a type that no export has.
    pub fn parse(spelled: &str) -> Option<Self> {
        let (name, arguments) = match spelled.split_once('(') {
            Some((name, rest)) => (name, rest.trim_end_matches(')')),
            None => (spelled, ""),
        };
        let mut numbers = arguments.split(',').map(|number| number.trim().parse::<u32>().ok());
        Some(match name.trim() {
            "integer" => ColumnType::Integer,
            "bigint" => ColumnType::BigInteger,
            "numeric" => ColumnType::Numeric {
                digits: numbers.next().flatten().unwrap_or(1_000),
                scale: numbers.next().flatten().unwrap_or(1_000),
            },
            "boolean" => ColumnType::Boolean,
            "date" => ColumnType::Date,
            "timestamp with time zone" => ColumnType::Instant,
            "jsonb" | "json" => ColumnType::Json,
            "uuid" => ColumnType::Uuid,
            "text" => ColumnType::Text { most: None },
            "text[]" => ColumnType::Texts,
            "character varying" => {
                let most = numbers.next().flatten().and_then(|most| usize::try_from(most).ok());
                ColumnType::Text { most }
            }
            _ => return None,
        })
    }

    /// The value that a text stands for.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(&self, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        let not = |what: &str| format!("{trimmed:?} is not {what}");
        Ok(match self {
            ColumnType::Integer => {
                Value::from(trimmed.parse::<i32>().map_err(|_| not("a whole number in range"))?)
            }
            ColumnType::BigInteger => {
                Value::from(trimmed.parse::<i64>().map_err(|_| not("a whole number in range"))?)
            }
            ColumnType::Numeric { digits, scale } => {
                let number: BigDecimal = trimmed.parse().map_err(|_| not("a number"))?;
                let plain = number.normalized();
                let (_, places) = plain.as_bigint_and_exponent();
                if places > i64::from(*scale) {
                    return Err(format!("{trimmed} has more than {scale} decimals"));
                }
                let whole = i64::try_from(plain.digits()).unwrap_or(i64::MAX) - places;
                if whole > i64::from(digits.saturating_sub(*scale)) {
                    return Err(format!("{trimmed} is too large"));
                }
                Value::from(plain.to_plain_string())
            }
            ColumnType::Boolean => match trimmed.to_ascii_lowercase().as_str() {
                "t" | "true" | "1" | "yes" | "y" | "on" => Value::from(true),
                "f" | "false" | "0" | "no" | "n" | "off" => Value::from(false),
                _ => return Err(not("true or false")),
            },
            ColumnType::Date => {
                let date: NaiveDate =
                    trimmed.parse().map_err(|_| not("a date such as 2026-03-02"))?;
                Value::from(date.to_string())
            }
            ColumnType::Instant => {
                let at = DateTime::parse_from_rfc3339(trimmed)
                    .or_else(|_| DateTime::parse_from_str(trimmed, "%Y-%m-%d %H:%M:%S%.f%#z"));
                let at = at.map_err(|_| not("an instant such as 2026-03-02 09:00:00+00"))?;
                Value::from(at.to_rfc3339())
            }
            ColumnType::Json => {
                serde_json::from_str(trimmed).map_err(|error| format!("no JSON: {error}"))?
            }
            ColumnType::Uuid => {
                Value::from(trimmed.parse::<uuid::Uuid>().map_err(|_| not("a UUID"))?.to_string())
            }
            ColumnType::Text { most } => {
                if most.is_some_and(|most| trimmed.chars().count() > most) {
                    return Err(format!("longer than {} characters", most.unwrap_or_default()));
                }
                if trimmed.contains('\0') {
                    return Err("the character U+0000 cannot be stored".to_owned());
                }
                Value::from(trimmed)
            }
            ColumnType::Texts => texts(trimmed)
                .ok_or_else(|| not("a list such as {\"a\",\"b\"} or [\"a\", \"b\"]"))?
                .into(),
        })
    }
}

/// A list as PostgreSQL or JSON writes it.
fn texts(text: &str) -> Option<Vec<String>> {
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    let mut rest = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_text(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (plain, after) = rest.split_at(end);
                (plain.to_owned(), after)
            }
        };
        all.push(item);
        rest = match after.strip_prefix(',') {
            Some(more) if !more.is_empty() => more,
            None if after.is_empty() => after,
            _ => return None,
        };
    }
    Some(all)
}

/// A text up to its closing quote, and what follows.
fn quoted_text(text: &str) -> Option<(String, &str)> {
    let mut item = String::new();
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '\\' => item.push(letters.next()?.1),
            '"' => return Some((item, text.get(place + 1..)?)),
            other => item.push(other),
        }
    }
    None
}

/// A text as it has to be written.
///
/// # Errors
/// What is wrong with it, in words.
pub fn spelled(text: &str, spelling: Spelling, country: &str) -> Result<String, String> {
    let text = text.trim();
    match spelling {
        Spelling::Email if is_email(text) => Ok(text.to_owned()),
        Spelling::Email => Err(format!("{text:?} is not an email address")),
        Spelling::Phone => {
            e164(text, country).ok_or_else(|| format!("{text:?} is not a phone number"))
        }
        Spelling::Code => Ok(text.split_whitespace().collect::<String>().to_uppercase()),
        Spelling::FreeText if holds_card_number(text) => {
            Err("it holds what looks like a card number, which must not be stored".to_owned())
        }
        Spelling::FreeText | Spelling::Secret => Ok(text.to_owned()),
        Spelling::PasswordHash => {
            let known = ["$2a$", "$2b$", "$2y$", "$argon2id$"];
            match known.iter().any(|prefix| text.starts_with(prefix)) && text.len() >= 59 {
                true => Ok(text.to_owned()),
                false => Err("not a password hash of bcrypt or argon2id".to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(spelled: &str, text: &str) -> Result<Value, String> {
        ColumnType::parse(spelled).unwrap().read(text)
    }

    #[test]
    fn values_are_read_as_postgresql_writes_them() {
        assert_eq!(read("integer", "42"), Ok(Value::from(42)));
        assert_eq!(read("numeric(14,2)", "5000.10"), Ok(Value::from("5000.1")));
        assert_eq!(read("boolean", "t"), Ok(Value::from(true)));
        assert_eq!(read("date", "2026-03-02"), Ok(Value::from("2026-03-02")));
        let instant = Value::from("2026-03-02T09:00:00.123+00:00");
        assert_eq!(read("timestamp with time zone", "2026-03-02 09:00:00.123+00"), Ok(instant));
        assert_eq!(read("jsonb", r#"{"a": 1}"#), Ok(serde_json::json!({ "a": 1 })));
        assert_eq!(read("character varying(5)", " abc "), Ok(Value::from("abc")));
    }

    #[test]
    fn lists_are_read_as_postgresql_and_json_write_them() {
        let list = serde_json::json!(["a", "b, \"c\"", "d e"]);
        assert_eq!(read("text[]", r#"{a,"b, \"c\"","d e"}"#), Ok(list.clone()));
        assert_eq!(read("text[]", r#"["a", "b, \"c\"", "d e"]"#), Ok(list));
        assert_eq!(read("text[]", "{}"), Ok(serde_json::json!([])));
        for wrong in ["a,b", "{a,}", "{\"a}", "[1]", "{\"a\"b}"] {
            assert!(read("text[]", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_does_not_fit_is_told_in_words() {
        assert!(read("integer", "3000000000").is_err());
        assert!(read("numeric(14,2)", "1.005").unwrap_err().contains("decimals"));
        assert!(read("numeric(14,2)", "9999999999999").unwrap_err().contains("too large"));
        assert!(read("boolean", "maybe").is_err());
        assert!(read("date", "02.03.2026").is_err());
        assert!(read("timestamp with time zone", "2026-03-02 09:00:00").is_err());
        assert!(read("character varying(2)", "abc").unwrap_err().contains("2 characters"));
        assert_eq!(ColumnType::parse("point"), None);
    }

    #[test]
    fn texts_are_spelled_in_one_way() {
        assert_eq!(spelled("020 123 4567", Spelling::Phone, "GH"), Ok("+233201234567".to_owned()));
        assert_eq!(spelled(" sn 12ab", Spelling::Code, "GH"), Ok("SN12AB".to_owned()));
        assert!(spelled("ama(at)example", Spelling::Email, "GH").is_err());
        assert!(spelled("paid by 4111 1111 1111 1111", Spelling::FreeText, "GH").is_err());
        assert!(spelled("secret", Spelling::PasswordHash, "GH").is_err());
    }
}
