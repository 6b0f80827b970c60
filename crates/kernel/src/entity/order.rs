//! The order of a list: at most three marked columns, then the key, so that it is total.

use async_graphql::Value;

use crate::actor::Actor;
use crate::entity::metadata::Meta;
use crate::entity::page::column_sql;
use crate::entity::selection::items_of;
use crate::refusal::{Code, Refusal, Rule};

const MOST: usize = 3;

/// One column to order by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderBy {
    pub column: usize,
    pub descending: bool,
}

/// A total order: the key is always the last column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordering(pub Vec<OrderBy>);

impl Ordering {
    /// From the `orderBy` argument; the entity's default without one.
    ///
    /// # Errors
    /// More than three columns, or one that the caller may not see.
    pub fn parse(meta: &Meta, argument: Option<&Value>, actor: &Actor) -> Rule<Ordering> {
        let mut columns = Vec::new();
        let items = items_of(argument);
        if items.len() > MOST {
            let message = format!("At most {MOST} columns can be ordered by.");
            return Err(Refusal::new(Code::LimitExceeded, "orderBy", message).into());
        }
        for (place, item) in items.iter().enumerate() {
            columns.push(parse_one(meta, item, place, actor)?);
        }
        if columns.is_empty() {
            let (column, descending) = meta.default_order;
            columns.push(OrderBy { column, descending });
        }
        if columns.iter().all(|order| order.column != 0) {
            let descending = columns.last().is_some_and(|order| order.descending);
            columns.push(OrderBy { column: 0, descending });
        }
        Ok(Ordering(columns))
    }

    /// The list behind `ORDER BY`, turned around for a page read from the end.
    pub fn sql(&self, meta: &Meta, backward: bool) -> String {
        let columns: Vec<String> = self
            .0
            .iter()
            .map(|order| {
                let direction = if order.descending != backward { " DESC" } else { "" };
                format!("{}{direction}", column_sql(meta, order.column, "t"))
            })
            .collect();
        columns.join(", ")
    }
}

fn parse_one(meta: &Meta, item: &Value, place: usize, actor: &Actor) -> Rule<OrderBy> {
    let refuse = |message: &str| {
        Refusal::new(Code::ValidationFailed, format!("orderBy.{place}"), message.to_owned())
    };
    let Value::Object(item) = item else { return Err(refuse("Name a field.").into()) };
    let name = match item.get("field") {
        Some(Value::Enum(name)) => name.as_str(),
        Some(Value::String(name)) => name.as_str(),
        _ => return Err(refuse("Name a field.").into()),
    };
    let descending = match item.get("direction") {
        Some(Value::Enum(direction)) => direction.as_str() == "DESC",
        Some(Value::String(direction)) => direction == "DESC",
        _ => false,
    };
    let found =
        meta.columns.iter().position(|column| column.order && order_name(column.name) == name);
    let Some(column) = found else {
        return Err(refuse("This field cannot be ordered by.").into());
    };
    if let Some(permission) = meta.columns[column].sensitive {
        let sentence = "Your role cannot see this field, so it cannot order by it.";
        actor.require_at(permission, &format!("orderBy.{place}"), sentence)?;
    }
    Ok(OrderBy { column, descending })
}

/// `created_at` as a word of the order enum: `CREATED_AT`.
pub fn order_name(column: &str) -> String {
    column.to_ascii_uppercase()
}
