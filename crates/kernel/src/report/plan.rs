//! What one report field asks for: its statement, and which figures stand under which keys.

use async_graphql::Value;
use chrono::NaiveDate;

use crate::actor::Actor;
use crate::entity::filter::Filter;
use crate::entity::metadata::{Column, Kind};
use crate::entity::page::{scope_predicate, visibility};
use crate::entity::plan::json_key;
use crate::entity::selection::{Document, Path, Selected};
use crate::entity::sql::Sql;
use crate::policy::Scope;
use crate::refusal::{Code, Refusal, Rule};
use crate::report::period::Period;
use crate::report::placeholders::Filling;
use crate::report::registry::{group_columns, report_type, row_type, totals_type};
use crate::report::{Group, Report, Shape};

/// Rows of a page unless said, and at most.
const USUAL_ROWS: i64 = 100;
const MOST_ROWS: i64 = 1_000;

/// The plan of one report field.
pub struct ReportPlan {
    pub(super) report: &'static Report,
    pub(super) sql: Sql,
    pub(super) order: &'static str,
    pub(super) period: Option<Period>,
    pub(super) fields: Vec<(String, Part)>,
    /// Sensitive fields that are shown.
    pub(super) shown: Vec<&'static str>,
}

/// What follows a key of a report's object.
pub(super) enum Part {
    TypeName(String),
    Rows(Page),
    /// Columns with the SQL of each total.
    Totals(Vec<(String, Shown)>),
    RowCount,
    Currency,
    From,
    To,
    AsOf,
    /// A figure of the only row, by its place in the report.
    Figure(usize),
    Null,
}

/// A page of rows.
pub(super) struct Page {
    pub first: i64,
    pub offset: i64,
    pub fields: Vec<(String, Shown)>,
}

/// What follows a key of a row or of the totals.
pub(super) enum Shown {
    TypeName(String),
    Null,
    /// A column with the SQL that it is read by.
    Column(Column, String),
}

impl ReportPlan {
    /// From the arguments and the selection.
    ///
    /// # Errors
    /// `FORBIDDEN` without the right to the report, or the argument that cannot be used.
    pub fn new(
        document: Document<'_>,
        actor: &Actor,
        report: &'static Report,
        field: &Selected<'_>,
        today: NaiveDate,
        redactions: &mut Vec<String>,
        path: &Path<'_>,
    ) -> Rule<ReportPlan> {
        actor.require(report.permission, "see this report")?;
        let period = match report.period {
            Some(_) => {
                let (from, to) = (document.argument(field, "from"), document.argument(field, "to"));
                Some(Period::of(from, to, today)?)
            }
            None => None,
        };
        let group = chosen_group(report, document.argument(field, "groupBy").as_ref());
        let filter = document.argument(field, "where");
        let rows = conditions(actor, report, filter.as_ref())?;
        let filling = Filling { actor, rows, group, period };
        let sql = filling.fill(report)?;
        let order = group.and_then(|group| group.order).unwrap_or(report.order);
        let mut plan =
            ReportPlan { report, sql, order, period, fields: Vec::new(), shown: Vec::new() };
        let mut seen = Sight { actor, redactions };
        for part in document.below(field, &[&report_type(report)]) {
            let what = plan.part(document, group, &part, &mut seen, &path.then(part.key))?;
            plan.fields.push((json_key(part.key), what));
        }
        Ok(plan)
    }

    fn part(
        &mut self,
        document: Document<'_>,
        group: Option<&'static Group>,
        part: &Selected<'_>,
        seen: &mut Sight<'_>,
        path: &Path<'_>,
    ) -> Rule<Part> {
        let report = self.report;
        Ok(match part.name {
            "rows" => {
                let first = number(document.argument(part, "first")).unwrap_or(USUAL_ROWS);
                let offset = number(document.argument(part, "offset")).unwrap_or(0);
                check_page(first, offset)?;
                let mut fields = Vec::new();
                for field in document.below(part, &[&row_type(report)]) {
                    let shown = self.row_field(group, &field, seen, &path.then(field.key));
                    fields.push((json_key(field.key), shown));
                }
                Part::Rows(Page { first, offset, fields })
            }
            "totals" => {
                let mut fields = Vec::new();
                for field in document.below(part, &[&totals_type(report)]) {
                    let shown = self.total_field(&field, seen, &path.then(field.key));
                    fields.push((json_key(field.key), shown));
                }
                Part::Totals(fields)
            }
            "rowCount" => Part::RowCount,
            "currency" => Part::Currency,
            "from" => Part::From,
            "to" => Part::To,
            "asOf" => Part::AsOf,
            "__typename" => Part::TypeName(report_type(report)),
            name => {
                let figures = report.figures.iter();
                match figures.into_iter().position(|figure| figure.column.field == name) {
                    Some(place) => match self.seen(&report.figures[place].column, seen, path) {
                        true => Part::Figure(place),
                        false => Part::Null,
                    },
                    None => Part::Null,
                }
            }
        })
    }

    fn row_field(
        &mut self,
        group: Option<&'static Group>,
        field: &Selected<'_>,
        seen: &mut Sight<'_>,
        path: &Path<'_>,
    ) -> Shown {
        if field.name == "__typename" {
            return Shown::TypeName(row_type(self.report));
        }
        let report = self.report;
        let mut all = report.figures.iter().map(|figure| figure.column);
        let found = all.find(|column| column.field == field.name).or_else(|| {
            group.and_then(|group| {
                let mut columns = group_columns(group).into_iter();
                columns.find(|column| column.field == field.name)
            })
        });
        match found {
            Some(column) if self.seen(&column, seen, path) => {
                Shown::Column(column, format!("r.{}", column.name))
            }
            _ => Shown::Null,
        }
    }

    fn total_field(
        &mut self,
        field: &Selected<'_>,
        seen: &mut Sight<'_>,
        path: &Path<'_>,
    ) -> Shown {
        if field.name == "__typename" {
            return Shown::TypeName(totals_type(self.report));
        }
        let report = self.report;
        let figure = report.figures.iter().find(|figure| figure.column.field == field.name);
        match figure.and_then(|figure| Some((figure.column, figure.total?))) {
            Some((column, total)) if self.seen(&column, seen, path) => {
                let sql = match column.kind {
                    Kind::Int => format!("({total})::integer"),
                    _ => format!("({total})"),
                };
                Shown::Column(column, sql)
            }
            _ => Shown::Null,
        }
    }

    /// Whether the caller may see a column; a hidden one is told by its path.
    fn seen(&mut self, column: &Column, seen: &mut Sight<'_>, path: &Path<'_>) -> bool {
        let Some(permission) = column.sensitive else { return true };
        if !seen.actor.may(permission) {
            seen.redactions.push(path.to_string());
            return false;
        }
        if !self.shown.contains(&column.field) {
            self.shown.push(column.field);
        }
        true
    }

    /// Whether it is the kind whose figures are kept.
    pub(super) fn is_kept(&self) -> bool {
        self.report.shape == Shape::Kept
    }
}

/// Who looks, and what was hidden so far.
struct Sight<'a> {
    actor: &'a Actor,
    redactions: &'a mut Vec<String>,
}

fn chosen_group(report: &'static Report, argument: Option<&Value>) -> Option<&'static Group> {
    let named = match argument {
        Some(Value::Enum(name)) => Some(name.as_str()),
        Some(Value::String(name)) => Some(name.as_str()),
        _ => None,
    };
    let named = named.and_then(|name| report.groups.iter().find(|group| group.name == name));
    named.or_else(|| report.groups.first())
}

/// The condition over the alias `t` that the caller's rights and filter leave; a report that is
/// held for fewer rows than its list tells of these alone.
fn conditions(actor: &Actor, report: &Report, filter: Option<&Value>) -> Rule<Sql> {
    let Some(meta) = report.over.map(|over| over()) else { return Ok(Sql::new("TRUE")) };
    let mut conditions = visibility(meta, actor, "t", false);
    if let Some(Scope::Only(scope)) = actor.scope(report.permission)
        && !report.sql.contains("{own ")
    {
        conditions.push(scope_predicate(meta, scope, actor, "t"));
    }
    if let Some(filter) = filter {
        conditions.extend(Filter { actor }.compile(meta, filter)?);
    }
    let mut sql = Sql::new("TRUE");
    for condition in conditions {
        sql.push(" AND (").append(condition).push(")");
    }
    Ok(sql)
}

fn number(argument: Option<Value>) -> Option<i64> {
    match argument {
        Some(Value::Number(number)) => number.as_i64(),
        _ => None,
    }
}

fn check_page(first: i64, offset: i64) -> Result<(), Refusal> {
    if !(0..=MOST_ROWS).contains(&first) {
        let message = format!("From 0 to {MOST_ROWS} rows can be read at once.");
        return Err(Refusal::new(Code::OutOfRange, "first", message));
    }
    if offset < 0 {
        let message = "The offset is the number of rows to leave out: 0 or more.";
        return Err(Refusal::new(Code::OutOfRange, "offset", message));
    }
    Ok(())
}
