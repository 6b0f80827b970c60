//! Counts, sums, averages and extremes of a list, whole or by group: one statement.

use async_graphql::Value;

use crate::actor::Actor;
use crate::db::{Fault, Session};
use crate::entity::filter::Filter;
use crate::entity::metadata::{Column, Kind, Meta};
use crate::entity::order::order_name;
use crate::entity::page::{column_sql, visibility};
use crate::entity::plan::json_key;
use crate::entity::render;
use crate::entity::row::Row;
use crate::entity::selection::{Document, Path, Selected, items_of};
use crate::entity::sql::{Bind, Sql};
use crate::refusal::{Code, Refusal, Rule};

/// Groups of one answer, at most.
const MOST_GROUPS: i64 = 1_000;
/// Columns to group by, at most.
const MOST_COLUMNS: usize = 3;

/// A column to group by, dates by a longer span.
struct Group {
    column: usize,
    span: Option<&'static str>,
}

enum Measure {
    Count,
    TypeName,
    Groups(Vec<(String, &'static str)>),
    /// Function, type of the object and its columns with their positions.
    Numbers {
        type_name: String,
        fields: Vec<(String, Option<(usize, usize)>)>,
    },
}

/// The plan of an aggregate field.
pub struct AggregatePlan {
    meta: &'static Meta,
    filter: Option<Sql>,
    groups: Vec<Group>,
    selected: Vec<String>,
    fields: Vec<(String, Measure)>,
}

/// Whether a column can be grouped by, and by which spans.
pub fn is_group(column: &Column) -> bool {
    column.filter
        && matches!(
            column.kind,
            Kind::Enum(_) | Kind::Reference(_) | Kind::Bool | Kind::Date | Kind::Instant
        )
}

/// Whether a column can be summed.
pub fn is_number(column: &Column) -> bool {
    matches!(column.kind, Kind::Int | Kind::Money | Kind::Decimal) && column.name != "version"
}

/// Whether a column has a smallest and a largest value.
pub fn is_extreme(column: &Column) -> bool {
    is_number(column) || matches!(column.kind, Kind::Date | Kind::Instant)
}

impl AggregatePlan {
    /// From the arguments and the selection.
    ///
    /// # Errors
    /// Names the argument that cannot be used.
    pub fn new(
        document: Document<'_>,
        actor: &Actor,
        meta: &'static Meta,
        field: &Selected<'_>,
        redactions: &mut Vec<String>,
        path: &Path<'_>,
    ) -> Rule<AggregatePlan> {
        let filter = match document.argument(field, "where") {
            Some(filter) => Filter { actor }.compile(meta, &filter)?,
            None => None,
        };
        let groups = parse_groups(meta, document.argument(field, "groupBy").as_ref(), actor)?;
        let mut plan =
            AggregatePlan { meta, filter, groups, selected: Vec::new(), fields: Vec::new() };
        let type_name = format!("{}Aggregate", meta.type_name);
        for part in document.below(field, &[&type_name]) {
            let measure = match part.name {
                "count" => Measure::Count,
                "group" => plan.group_fields(document, &part),
                "sum" | "avg" | "min" | "max" => {
                    let path = path.then(part.key);
                    plan.numbers(document, actor, &part, redactions, &path)
                }
                _ => Measure::TypeName,
            };
            plan.fields.push((json_key(part.key), measure));
        }
        Ok(plan)
    }

    fn group_fields(&self, document: Document<'_>, part: &Selected<'_>) -> Measure {
        let below = document.below(part, &["AggregateGroup"]);
        let fields = below.iter().map(|field| {
            let what = match field.name {
                "field" => "field",
                "value" => "value",
                _ => "__typename",
            };
            (json_key(field.key), what)
        });
        Measure::Groups(fields.collect())
    }

    fn numbers(
        &mut self,
        document: Document<'_>,
        actor: &Actor,
        part: &Selected<'_>,
        redactions: &mut Vec<String>,
        path: &Path<'_>,
    ) -> Measure {
        let extreme = matches!(part.name, "min" | "max");
        let suffix = if extreme { "Extremes" } else { "Numbers" };
        let type_name = format!("{}{suffix}", self.meta.type_name);
        let mut fields = Vec::new();
        for field in document.below(part, &[&type_name]) {
            let found = self.meta.field(field.name).filter(|index| {
                let permission = self.meta.columns[*index].sensitive;
                let hidden = permission.is_some_and(|permission| !actor.may(permission));
                if hidden {
                    redactions.push(path.then(field.key).to_string());
                }
                !hidden
            });
            let place = found.map(|index| {
                let column = column_sql(self.meta, index, "t");
                self.selected.push(measure_sql(part.name, &column, &self.meta.columns[index]));
                (index, self.groups.len() + self.selected.len())
            });
            let key = json_key(field.key);
            if field.name == "__typename" {
                fields.push((key, Some((usize::MAX, 0))));
            } else {
                fields.push((key, place));
            }
        }
        Measure::Numbers { type_name, fields }
    }

    /// Runs the statement and writes the list.
    pub async fn run(&self, session: &Session) -> Result<Vec<u8>, Fault> {
        let meta = self.meta;
        let mut sql = Sql::new("SELECT ");
        for group in &self.groups {
            self.push_group(&mut sql, group, session);
            sql.push(", ");
        }
        sql.push("count(*)");
        for measure in &self.selected {
            sql.push(", ").push(measure);
        }
        sql.push(" FROM ").push(meta.table).push(" t");
        let mut conditions = visibility(meta, &session.actor, "t", false);
        conditions.extend(self.filter.clone());
        for (place, condition) in conditions.into_iter().enumerate() {
            sql.push(if place == 0 { " WHERE (" } else { " AND (" }).append(condition).push(")");
        }
        let places: Vec<String> = (1..=self.groups.len()).map(|place| place.to_string()).collect();
        if !places.is_empty() {
            let places = places.join(", ");
            sql.push(" GROUP BY ").push(&places).push(" ORDER BY ").push(&places);
            sql.push(" LIMIT ").bind(Bind::Big(Some(MOST_GROUPS)));
        }
        sql.rare();
        let rows = session.load(sql).await?;
        let mut out = Vec::new();
        render::list(&mut out, &rows, |out, row| self.write(session, row, out))?;
        Ok(out)
    }

    fn push_group(&self, sql: &mut Sql, group: &Group, session: &Session) {
        let column = column_sql(self.meta, group.column, "t");
        let instant = matches!(self.meta.columns[group.column].kind, Kind::Instant);
        match group.span {
            Some(span) => {
                sql.push("date_trunc('").push(span).push("', ").push(&column);
                if instant {
                    // The zone's name comes from the registry of zones, not from a caller.
                    let zone = session.actor.tenant.time_zone.name();
                    sql.push(" AT TIME ZONE '").push(zone).push("'");
                }
                sql.push(")::date");
            }
            None => {
                sql.push(&column);
            }
        }
    }

    fn write(&self, session: &Session, row: &Row, out: &mut Vec<u8>) -> Result<(), Fault> {
        render::object(out, &self.fields, |out, measure| {
            match measure {
                Measure::TypeName => {
                    render::string(out, &format!("{}Aggregate", self.meta.type_name));
                }
                Measure::Count => {
                    let count: i64 = crate::entity::decode(row, self.groups.len())?;
                    out.extend_from_slice(count.to_string().as_bytes());
                }
                Measure::Groups(fields) => self.write_groups(session, row, fields, out)?,
                Measure::Numbers { type_name, fields } => {
                    self.write_numbers(session, row, type_name, fields, out)?;
                }
            }
            Ok(())
        })
    }

    fn write_groups(
        &self,
        session: &Session,
        row: &Row,
        fields: &[(String, &'static str)],
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        render::list(out, self.groups.iter().enumerate(), |out, (position, group)| {
            render::object(out, fields, |out, what| {
                match *what {
                    "field" => render::string(out, self.meta.columns[group.column].field),
                    "value" => self.write_group_value(session, row, position, group, out)?,
                    _ => render::string(out, "AggregateGroup"),
                }
                Ok(())
            })
        })
    }

    fn write_group_value(
        &self,
        session: &Session,
        row: &Row,
        position: usize,
        group: &Group,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let column = &self.meta.columns[group.column];
        let kind = if group.span.is_some() { Kind::Date } else { column.kind };
        let column = Column { kind, ..*column };
        row.raw(position, |raw| match (kind, raw) {
            (Kind::Bool, Some(raw)) => {
                render::string(out, if raw == [1] { "true" } else { "false" });
                Ok(())
            }
            _ => render::cell(out, self.meta, &column, raw, session.actor.tenant.id),
        })?
    }

    fn write_numbers(
        &self,
        session: &Session,
        row: &Row,
        type_name: &str,
        fields: &[(String, Option<(usize, usize)>)],
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        render::object(out, fields, |out, found| {
            match found {
                Some((usize::MAX, _)) => render::string(out, type_name),
                None => out.extend_from_slice(b"null"),
                Some((index, position)) => {
                    let column = &self.meta.columns[*index];
                    let kind =
                        if matches!(column.kind, Kind::Int) { Kind::Decimal } else { column.kind };
                    let column = Column { kind, ..*column };
                    row.raw(*position, |raw| {
                        render::cell(out, self.meta, &column, raw, session.actor.tenant.id)
                    })??;
                }
            }
            Ok(())
        })
    }
}

fn measure_sql(function: &str, sql: &str, column: &Column) -> String {
    match (function, column.kind) {
        ("avg", Kind::Money) => format!("round(avg({sql}), 2)"),
        ("avg", _) => format!("round(avg({sql}), 6)"),
        (_, Kind::Date | Kind::Instant) => format!("{function}({sql})"),
        _ => format!("{function}({sql})::numeric"),
    }
}

fn parse_groups(meta: &Meta, argument: Option<&Value>, actor: &Actor) -> Rule<Vec<Group>> {
    let items = items_of(argument);
    if items.len() > MOST_COLUMNS {
        let message = format!("At most {MOST_COLUMNS} fields can be grouped by.");
        return Err(Refusal::new(Code::LimitExceeded, "groupBy", message).into());
    }
    let mut groups = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let path = format!("groupBy.{place}");
        let refuse = |message: &str| Refusal::new(Code::ValidationFailed, path.clone(), message);
        let Value::Object(item) = item else { return Err(refuse("Name a field.").into()) };
        let name = |key: &str| match item.get(key) {
            Some(Value::Enum(name)) => Some(name.as_str().to_owned()),
            Some(Value::String(name)) => Some(name.clone()),
            _ => None,
        };
        let field = name("field").unwrap_or_default();
        let found = meta
            .columns
            .iter()
            .position(|column| is_group(column) && order_name(column.name) == field);
        let column = found.ok_or_else(|| refuse("This field cannot be grouped by."))?;
        if let Some(permission) = meta.columns[column].sensitive {
            let sentence = "Your role cannot see this field, so it cannot group by it.";
            actor.require_at(permission, &path, sentence)?;
        }
        let dated = matches!(meta.columns[column].kind, Kind::Date | Kind::Instant);
        let span = match name("by").as_deref() {
            _ if !dated => None,
            Some("WEEK") => Some("week"),
            Some("MONTH") => Some("month"),
            _ => Some("day"),
        };
        groups.push(Group { column, span });
    }
    Ok(groups)
}
