//! From PostgreSQL's binary format straight to the JSON of the answer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike};

use crate::db::Fault;
use crate::entity::global_id::KeyType;
use crate::entity::metadata::{Column, EnumMeta, Kind, Meta};

/// Microseconds between 1970 and 2000, where PostgreSQL's instants begin.
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

/// Writes a JSON string.
pub fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut from = 0;
    for (place, byte) in text.bytes().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..0x20 => &[],
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[from..place]);
        if escape.is_empty() {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
        } else {
            out.extend_from_slice(escape);
        }
        from = place + 1;
    }
    out.extend_from_slice(&text.as_bytes()[from..]);
    out.push(b'"');
}

/// Writes an object: each key stands ready with its quotes and colon.
pub fn object<T>(
    out: &mut Vec<u8>,
    fields: &[(String, T)],
    mut value: impl FnMut(&mut Vec<u8>, &T) -> Result<(), Fault>,
) -> Result<(), Fault> {
    out.push(b'{');
    for (place, (key, field)) in fields.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(key.as_bytes());
        value(out, field)?;
    }
    out.push(b'}');
    Ok(())
}

/// Writes a list of so many items.
pub fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T) -> Result<(), Fault>,
) -> Result<(), Fault> {
    out.push(b'[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write(out, item)?;
    }
    out.push(b']');
    Ok(())
}

/// Writes one column's value.
pub fn cell(
    out: &mut Vec<u8>,
    meta: &Meta,
    column: &Column,
    raw: Option<&[u8]>,
    tenant: i32,
) -> Result<(), Fault> {
    let Some(raw) = raw else {
        out.extend_from_slice(b"null");
        return Ok(());
    };
    match column.kind {
        Kind::Int => integer(out, i64::from(i32::from_be_bytes(fixed(raw)?))),
        Kind::BigInt => {
            out.push(b'"');
            integer(out, i64::from_be_bytes(fixed(raw)?));
            out.push(b'"');
        }
        Kind::Text => string(out, text(raw)?),
        Kind::Bool => out.extend_from_slice(if raw == [1] { b"true" } else { b"false" }),
        Kind::Money => numeric(out, raw, 2)?,
        Kind::Decimal => numeric(out, raw, 0)?,
        Kind::Date => date(out, raw)?,
        Kind::Instant => instant(out, raw)?,
        // A list of texts was made a document by the statement.
        Kind::Json | Kind::Texts => out.extend_from_slice(raw.get(1..).unwrap_or(b"null")),
        Kind::Uuid => uuid(out, raw)?,
        // Made where the caller is known.
        Kind::FileLink | Kind::BackupLink => return Err(Fault::internal("a link for nobody")),
        Kind::Enum(words) => word(out, words, text(raw)?)?,
        Kind::Key(_) => global_id(out, meta, raw, tenant)?,
        Kind::Reference(target) => global_id(out, target(), raw, tenant)?,
    }
    Ok(())
}

/// Writes the global id of a row with this key.
pub fn global_id(out: &mut Vec<u8>, meta: &Meta, raw: &[u8], tenant: i32) -> Result<(), Fault> {
    out.push(b'"');
    // Written plain, encoded behind that, and moved to its place: ids are most of an answer.
    let start = out.len();
    integer(out, i64::from(tenant));
    out.push(b':');
    out.extend_from_slice(meta.type_name.as_bytes());
    out.push(b':');
    match KeyType::of(meta) {
        KeyType::Int => integer(out, i64::from(i32::from_be_bytes(fixed(raw)?))),
        KeyType::Big => integer(out, i64::from_be_bytes(fixed(raw)?)),
        KeyType::Text => out.extend_from_slice(raw),
        KeyType::Uuid => hyphenated(out, raw)?,
        KeyType::Date => out.extend_from_slice(day(raw)?.to_string().as_bytes()),
    }
    let end = out.len();
    out.resize(end + (end - start).div_ceil(3) * 4, 0);
    let (plain, encoded) = out.split_at_mut(end);
    let written = URL_SAFE_NO_PAD
        .encode_slice(&plain[start..], encoded)
        .map_err(|error| Fault::decode(error.into()))?;
    out.copy_within(end..end + written, start);
    out.truncate(start + written);
    out.push(b'"');
    Ok(())
}

fn integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

fn fixed<const N: usize>(raw: &[u8]) -> Result<[u8; N], Fault> {
    raw.try_into().map_err(|_| Fault::internal("a value of unexpected width"))
}

fn text(raw: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(raw).map_err(|error| Fault::decode(error.into()))
}

fn word(out: &mut Vec<u8>, words: &EnumMeta, stored: &str) -> Result<(), Fault> {
    let value = words
        .by_stored(stored)
        .ok_or_else(|| Fault::internal(format!("{stored:?} is no word of {}", words.type_name)))?;
    out.push(b'"');
    out.extend_from_slice(value.name.as_bytes());
    out.push(b'"');
    Ok(())
}

/// `NUMERIC`: groups of four decimal digits, with the scale that was stored, or at least the
/// one asked for.
fn numeric(out: &mut Vec<u8>, raw: &[u8], least_scale: usize) -> Result<(), Fault> {
    let short = |index: usize| -> Result<i16, Fault> {
        let bytes = raw.get(index * 2..index * 2 + 2);
        Ok(i16::from_be_bytes(fixed(bytes.unwrap_or_default())?))
    };
    let (groups, weight, sign) = (i32::from(short(0)?), i32::from(short(1)?), short(2)?);
    let scale = usize::try_from(short(3)?).unwrap_or(0).max(least_scale);
    let group = |place: i32| -> Result<i16, Fault> {
        if (0..groups).contains(&place) { short(4 + place as usize) } else { Ok(0) }
    };
    out.push(b'"');
    if sign == 0x4000 {
        out.push(b'-');
    } else if sign != 0 {
        return Err(Fault::internal("a number that is not finite"));
    }
    if weight < 0 {
        out.push(b'0');
    }
    for place in 0..=weight {
        let digits = group(place)?;
        if place == 0 {
            integer(out, i64::from(digits));
        } else {
            self::digits(out, u32::from(digits.unsigned_abs()), 4);
        }
    }
    if scale > 0 {
        out.push(b'.');
        let start = out.len();
        // Groups between the point and the first stored one have negative places: zeros.
        let mut place = weight + 1;
        while out.len() - start < scale {
            digits(out, u32::from(group(place)?.unsigned_abs()), 4);
            place += 1;
        }
        out.truncate(start + scale);
    }
    out.push(b'"');
    Ok(())
}

fn day(raw: &[u8]) -> Result<NaiveDate, Fault> {
    let days = i64::from(i32::from_be_bytes(fixed(raw)?));
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
    let date = if days < 0 {
        epoch.checked_sub_days(Days::new(days.unsigned_abs()))
    } else {
        epoch.checked_add_days(Days::new(days.unsigned_abs()))
    };
    date.ok_or_else(|| Fault::internal("a date out of range"))
}

fn date(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Fault> {
    out.push(b'"');
    calendar_day(out, day(raw)?);
    out.push(b'"');
    Ok(())
}

/// Years that ISO 8601 writes with four digits are written by hand: a fifth of the time of a wide
/// answer went into general formatting.
fn calendar_day(out: &mut Vec<u8>, day: NaiveDate) {
    match u32::try_from(day.year()) {
        Ok(year @ 0..=9999) => {
            digits(out, year, 4);
            out.push(b'-');
            digits(out, day.month(), 2);
            out.push(b'-');
            digits(out, day.day(), 2);
        }
        _ => out.extend_from_slice(day.to_string().as_bytes()),
    }
}

/// A number with leading zeros.
fn digits(out: &mut Vec<u8>, mut number: u32, width: usize) {
    let start = out.len();
    out.resize(start + width, b'0');
    for place in out[start..].iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// RFC 3339 in UTC, with as many groups of three decimals as are needed.
fn instant(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Fault> {
    let micros = i64::from_be_bytes(fixed(raw)?).saturating_add(EPOCH_MICROSECONDS);
    let at = DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| Fault::internal("an instant out of range"))?;
    let time = at.time();
    out.push(b'"');
    calendar_day(out, at.date_naive());
    for (mark, part) in [(b'T', time.hour()), (b':', time.minute()), (b':', time.second())] {
        out.push(mark);
        digits(out, part, 2);
    }
    let micros = at.timestamp_subsec_micros();
    if micros != 0 {
        out.push(b'.');
        match micros % 1_000 {
            0 => digits(out, micros / 1_000, 3),
            _ => digits(out, micros, 6),
        }
    }
    out.extend_from_slice(b"Z\"");
    Ok(())
}

fn uuid(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Fault> {
    out.push(b'"');
    hyphenated(out, raw)?;
    out.push(b'"');
    Ok(())
}

fn hyphenated(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Fault> {
    let id = uuid::Uuid::from_slice(raw).map_err(|error| Fault::decode(error.into()))?;
    let mut text = uuid::Uuid::encode_buffer();
    out.extend_from_slice(id.hyphenated().encode_lower(&mut text).as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn number(parts: &[i16]) -> String {
        let raw: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes()).collect();
        rendered(|out| numeric(out, &raw, 2).unwrap())
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert_eq!(number(&[2, 0, 0, 2, 5000, 1200]), "\"5000.12\"");
        assert_eq!(number(&[2, 1, 0, 2, 12, 34]), "\"120034.00\"");
        assert_eq!(number(&[0, 0, 0, 2]), "\"0.00\"");
        assert_eq!(number(&[1, -1, 0x4000, 2, 500]), "\"-0.05\"");
        assert_eq!(number(&[1, -2, 0, 6, 1200]), "\"0.000012\"");
        assert_eq!(number(&[1, 2, 0, 0, 7]), "\"700000000.00\"");
    }

    #[test]
    fn strings_are_escaped() {
        assert_eq!(rendered(|out| string(out, "a\"b\\c\nd\u{1}é")), "\"a\\\"b\\\\c\\nd\\u0001é\"");
    }

    #[test]
    fn instants_are_written_as_the_library_writes_them() {
        for micros in [0, 1, 1_000, 123_456, 999_000, 86_399_999_999, -1, 812_345_678_901_234] {
            let at = DateTime::from_timestamp_micros(micros + EPOCH_MICROSECONDS).unwrap();
            let wanted = format!("\"{}\"", at.format("%Y-%m-%dT%H:%M:%S%.fZ"));
            assert_eq!(rendered(|out| instant(out, &micros.to_be_bytes()).unwrap()), wanted);
        }
    }

    #[test]
    fn days_count_from_the_year_2000() {
        assert_eq!(rendered(|out| date(out, &(-1_i32).to_be_bytes()).unwrap()), "\"1999-12-31\"");
    }
}
