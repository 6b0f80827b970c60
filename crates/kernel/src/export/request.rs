//! What a caller wants to take out, and the statement for it.

use async_graphql::Value;
use serde::Deserialize;

use crate::actor::Actor;
use crate::entity::filter::Filter;
use crate::entity::metadata::Meta;
use crate::entity::order::Ordering;
use crate::entity::page::{
    column_sql, may_see_deleted, push_conditions, scope_predicate, visibility,
};
use crate::entity::sql::Sql;
use crate::policy::Scope;
use crate::refusal::{Code, Refusal, Rule};

/// What to take out of a list. Everything may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ExportRequest {
    /// Which rows: the list's own `where`.
    #[serde(rename = "where")]
    pub filter: serde_json::Value,
    /// In which order: the list's own `orderBy`.
    pub order_by: serde_json::Value,
    /// Which fields, in this order; all that the list has without it.
    pub columns: Option<Vec<String>>,
    /// Soft-deleted rows too, for a role that may delete them.
    pub include_deleted: bool,
}

/// One field of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// The column with this index, at this place of the statement.
    Shown { column: usize, position: usize },
    /// The column with this index, which the caller may not see.
    Hidden { column: usize },
    /// The currency of the row's amounts.
    Currency,
}

/// The name under which the currency stands beside amounts.
const CURRENCY: &str = "currency";

/// A statement and how its rows are written.
pub(super) struct Plan {
    pub meta: &'static Meta,
    pub fields: Vec<Field>,
    pub select: Sql,
}

impl Plan {
    /// The plan of a request.
    ///
    /// # Errors
    /// What cannot be used, each with its path.
    pub fn new(meta: &'static Meta, actor: &Actor, request: &ExportRequest) -> Rule<Plan> {
        let fields = fields(meta, actor, request.columns.as_deref())?;
        if request.include_deleted {
            may_see_deleted(meta, actor)?;
        }
        let mut conditions = visibility(meta, actor, "t", request.include_deleted);
        if let Some(Scope::Only(name)) = actor.scope(&meta.permission_to("export")) {
            conditions.push(scope_predicate(meta, name, actor, "t"));
        }
        let filter = value(&request.filter, "where")?;
        conditions.extend(Filter { actor }.compile(meta, &filter)?);
        let order_by = value(&request.order_by, "orderBy")?;
        let order_by = (order_by != Value::Null).then_some(order_by);
        let ordering = Ordering::parse(meta, order_by.as_ref(), actor)?;

        let mut select = Sql::new("SELECT ");
        let mut columns: Vec<String> = fields
            .iter()
            .filter_map(|field| match field {
                Field::Shown { column, .. } => Some(column_sql(meta, *column, "t")),
                Field::Hidden { .. } | Field::Currency => None,
            })
            .collect();
        if columns.is_empty() {
            columns.push("1".to_owned());
        }
        select.push(&columns.join(", ")).push(" FROM ").push(meta.table).push(" t");
        push_conditions(&mut select, conditions);
        select.push(" ORDER BY ").push(&ordering.sql(meta, false));
        Ok(Plan { meta, fields, select })
    }

    /// The names of the fields, as they head the file.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| match field {
            Field::Shown { column, .. } | Field::Hidden { column } => {
                self.meta.columns[*column].field
            }
            Field::Currency => CURRENCY,
        })
    }

    /// The fields that the caller is shown, for the trail.
    pub fn shown_fields(&self) -> Vec<&'static str> {
        let shown = self.fields.iter().filter_map(|field| match field {
            Field::Shown { column, .. } => Some(self.meta.columns[*column].field),
            Field::Hidden { .. } | Field::Currency => None,
        });
        shown.collect()
    }
}

fn fields(meta: &Meta, actor: &Actor, wanted: Option<&[String]>) -> Rule<Vec<Field>> {
    let mut next = 0;
    let mut field = |column: usize| {
        let hidden = meta.columns[column].sensitive;
        if hidden.is_some_and(|permission| !actor.may(permission)) {
            return Field::Hidden { column };
        }
        next += 1;
        Field::Shown { column, position: next - 1 }
    };
    let Some(wanted) = wanted else {
        let all = (0..meta.columns.len()).filter(|column| meta.columns[*column].is_exported());
        let mut fields: Vec<Field> = all.map(&mut field).collect();
        if meta.money {
            fields.push(Field::Currency);
        }
        return Ok(fields);
    };
    if wanted.is_empty() {
        let message = "Name at least one field, or leave this out for all of them.";
        return Err(Refusal::new(Code::Required, "columns", message).into());
    }
    let mut fields = Vec::with_capacity(wanted.len());
    for (place, name) in wanted.iter().enumerate() {
        let path = format!("columns.{place}");
        if wanted[..place].contains(name) {
            let message = "This field is named twice.";
            return Err(Refusal::new(Code::ValidationFailed, path, message).into());
        }
        if meta.money && name == CURRENCY {
            fields.push(Field::Currency);
            continue;
        }
        let column = meta.field(name).filter(|column| meta.columns[*column].is_exported());
        let Some(column) = column else {
            let message = "The list has no such field that stands on the row itself.";
            return Err(Refusal::new(Code::ValidationFailed, path, message).into());
        };
        fields.push(field(column));
    }
    Ok(fields)
}

/// JSON as the lists' arguments are compiled from; words of an enum are texts there.
fn value(json: &serde_json::Value, path: &str) -> Rule<Value> {
    Value::from_json(json.clone()).map_err(|_| {
        Refusal::new(Code::BadFormat, path, "This cannot be read as an argument.").into()
    })
}
