//! Cursors carry the sort values of the row they stand on, so that a page is found by them
//! and not by counting; NULLs have a place.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::entity::global_id::{KeyType, parse_key};
use crate::entity::metadata::{Kind, Meta};
use crate::entity::order::{OrderBy, Ordering};
use crate::entity::page::column_sql;
use crate::entity::sql::{Bind, Sql};
use crate::money::parse_decimal;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::{parse_date, parse_instant};

/// The sort values of one row.
#[derive(Clone, Debug)]
pub struct Keyset(pub Vec<Bind>);

/// Text of a cursor: the order it belongs to and the sort values of the row.
pub fn encode(meta: &Meta, ordering: &Ordering, values: &[Value]) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::json!([signature(meta, ordering), values]).to_string())
}

fn signature(meta: &Meta, ordering: &Ordering) -> String {
    let part =
        |order: &OrderBy| format!("{}{}", if order.descending { "-" } else { "" }, order.column);
    let columns: Vec<String> = ordering.0.iter().map(part).collect();
    format!("{}:{}", meta.plural, columns.join(","))
}

/// The sort values in a cursor.
///
/// # Errors
/// `BAD_FORMAT` for what is no cursor of this list in this order.
pub fn decode(meta: &Meta, ordering: &Ordering, text: &str, argument: &str) -> Rule<Keyset> {
    let refuse =
        || Refusal::new(Code::BadFormat, argument, "This is no cursor of this list in this order.");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse())?;
    let (signed, values): (String, Vec<Value>) =
        serde_json::from_slice(&bytes).map_err(|_| refuse())?;
    if signed != signature(meta, ordering) || values.len() != ordering.0.len() {
        return Err(refuse().into());
    }
    let parsed = ordering.0.iter().zip(&values);
    let parsed: Option<Vec<Bind>> =
        parsed.map(|(order, value)| parse_value(meta, order.column, value)).collect();
    Ok(Keyset(parsed.ok_or_else(refuse)?))
}

fn parse_value(meta: &Meta, column: usize, value: &Value) -> Option<Bind> {
    let text = value.as_str();
    let kind = meta.columns[column].kind;
    if value.is_null() {
        return meta.columns[column].nullable.then(|| null_of(kind));
    }
    Some(match kind {
        Kind::Key(_) => parse_key(meta, text?)?,
        Kind::Reference(target) => parse_key(target(), text?)?,
        Kind::Int => Bind::Int(Some(i32::try_from(value.as_i64()?).ok()?)),
        Kind::BigInt => Bind::Big(Some(text?.parse().ok()?)),
        Kind::Text | Kind::Enum(_) => Bind::Text(Some(text?.to_owned())),
        Kind::Bool => Bind::Bool(Some(value.as_bool()?)),
        Kind::Money | Kind::Decimal => Bind::Number(Some(parse_decimal(text?)?)),
        Kind::Date => Bind::Date(Some(parse_date(text?)?)),
        Kind::Instant => Bind::Instant(Some(parse_instant(text?)?)),
        Kind::Uuid => Bind::Uuid(Some(text?.parse().ok()?)),
        Kind::Json | Kind::Texts | Kind::FileLink | Kind::BackupLink => return None,
    })
}

fn null_of(kind: Kind) -> Bind {
    match kind {
        Kind::Key(key) => null_key(key),
        Kind::Reference(target) => null_key(KeyType::of(target())),
        Kind::Int => Bind::Int(None),
        Kind::BigInt => Bind::Big(None),
        Kind::Text | Kind::Enum(_) | Kind::BackupLink => Bind::Text(None),
        Kind::Bool => Bind::Bool(None),
        Kind::Money | Kind::Decimal => Bind::Number(None),
        Kind::Date => Bind::Date(None),
        Kind::Instant => Bind::Instant(None),
        Kind::Uuid | Kind::FileLink => Bind::Uuid(None),
        Kind::Json => Bind::Json(None),
        Kind::Texts => Bind::Texts(Vec::new()),
    }
}

fn null_key(key: KeyType) -> Bind {
    match key {
        KeyType::Int => Bind::Int(None),
        KeyType::Big => Bind::Big(None),
        KeyType::Uuid => Bind::Uuid(None),
        KeyType::Text => Bind::Text(None),
        KeyType::Date => Bind::Date(None),
    }
}

/// The condition that a row lies beyond the keyset. NULL sorts as PostgreSQL sorts it: last
/// ascending, first descending.
pub fn beyond(meta: &Meta, ordering: &Ordering, keyset: &Keyset, backward: bool) -> Sql {
    let same_direction = ordering.0.windows(2).all(|pair| pair[0].descending == pair[1].descending);
    let nullable = ordering.0.iter().any(|order| meta.columns[order.column].nullable);
    if same_direction && !nullable {
        return beyond_as_row(meta, ordering, keyset, backward);
    }
    let mut sql = Sql::default();
    for place in 0..ordering.0.len() {
        sql.push(if place == 0 { "(" } else { " OR (" });
        for earlier in 0..place {
            push_equal(&mut sql, meta, ordering.0[earlier], &keyset.0[earlier]);
            sql.push(" AND ");
        }
        push_after(&mut sql, meta, ordering.0[place], &keyset.0[place], backward);
        sql.push(")");
    }
    sql
}

/// One comparison of rows, which an index over the same columns answers by a range.
fn beyond_as_row(meta: &Meta, ordering: &Ordering, keyset: &Keyset, backward: bool) -> Sql {
    let descending = ordering.0.first().is_some_and(|order| order.descending) != backward;
    let columns: Vec<String> =
        ordering.0.iter().map(|order| column_sql(meta, order.column, "t")).collect();
    let mut sql = Sql::new("(");
    sql.push(&columns.join(", ")).push(if descending { ") < (" } else { ") > (" });
    for (place, value) in keyset.0.iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " }).bind(value.clone());
    }
    sql.push(")");
    sql
}

fn push_equal(sql: &mut Sql, meta: &Meta, order: OrderBy, value: &Bind) {
    sql.push(&column_sql(meta, order.column, "t"));
    if value.is_null() {
        sql.push(" IS NULL");
    } else {
        sql.push(" = ").bind(value.clone());
    }
}

fn push_after(sql: &mut Sql, meta: &Meta, order: OrderBy, value: &Bind, backward: bool) {
    let column = column_sql(meta, order.column, "t");
    let nullable = meta.columns[order.column].nullable;
    let descending = order.descending != backward;
    match (descending, value.is_null()) {
        (true, true) => {
            sql.push(&column).push(" IS NOT NULL");
        }
        (false, true) => {
            sql.push("FALSE");
        }
        (true, false) => {
            sql.push(&column).push(" < ").bind(value.clone());
        }
        (false, false) => {
            sql.push("(").push(&column).push(" > ").bind(value.clone());
            if nullable {
                sql.push(" OR ").push(&column).push(" IS NULL");
            }
            sql.push(")");
        }
    }
}
