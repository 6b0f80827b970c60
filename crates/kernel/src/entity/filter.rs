//! The `where` argument as SQL: comparisons on marked columns, `and`, `or`, `not`, and
//! conditions on related rows, two hops far.

mod sealed;

use async_graphql::Value;

use crate::actor::Actor;
use crate::entity::global_id::GlobalId;
use crate::entity::metadata::{Column, Kind, Meta, Relation, RelationKind};
use crate::entity::page::{column_sql, visibility};
use crate::entity::sql::{Bind, Sql};
use crate::money::parse_decimal;
use crate::refusal::{Code, Refusal, Rule};
use crate::scalars::{parse_date, parse_instant};

/// How many relations a filter may follow.
const HOPS: usize = 2;
/// How many values `in` takes.
const MOST_VALUES: usize = 200;
/// How deep `and`, `or` and `not` nest.
const DEPTH: usize = 8;

/// Compiles one filter; the alias of a level is made from its hop.
pub struct Filter<'a> {
    pub actor: &'a Actor,
}

impl Filter<'_> {
    /// The condition that a filter object states over the alias `t`.
    ///
    /// # Errors
    /// Names the path of the part that cannot be used.
    pub fn compile(&self, meta: &'static Meta, filter: &Value) -> Rule<Option<Sql>> {
        if matches!(filter, Value::Null) {
            return Ok(None);
        }
        let sql = self.object(meta, filter, "t", 0, 0, "where")?;
        Ok((!sql.is_empty()).then_some(sql))
    }

    fn object(
        &self,
        meta: &'static Meta,
        filter: &Value,
        alias: &str,
        hop: usize,
        depth: usize,
        path: &str,
    ) -> Rule<Sql> {
        if depth > DEPTH {
            let message = format!("Filters nest at most {DEPTH} levels deep.");
            return Err(Refusal::new(Code::LimitExceeded, path, message).into());
        }
        let Value::Object(fields) = filter else {
            return Err(Refusal::new(Code::BadFormat, path, "A filter is an object.").into());
        };
        let mut terms = Vec::new();
        for (name, value) in fields {
            let here = format!("{path}.{name}");
            if matches!(value, Value::Null) {
                continue;
            }
            let term = match name.as_str() {
                "and" | "or" => {
                    let glue = if name.as_str() == "and" { " AND " } else { " OR " };
                    self.list(meta, value, alias, hop, depth, &here, glue)?
                }
                "not" => {
                    let inner = self.object(meta, value, alias, hop, depth + 1, &here)?;
                    negated(inner)
                }
                field => self.term(meta, field, value, alias, hop, depth, &here)?,
            };
            if !term.is_empty() {
                terms.push(term);
            }
        }
        Ok(joined(terms, " AND "))
    }

    #[allow(clippy::too_many_arguments, reason = "the place in the filter, passed down whole")]
    fn list(
        &self,
        meta: &'static Meta,
        value: &Value,
        alias: &str,
        hop: usize,
        depth: usize,
        path: &str,
        glue: &str,
    ) -> Rule<Sql> {
        let single = std::slice::from_ref(value);
        let items = if let Value::List(items) = value { items.as_slice() } else { single };
        if items.len() > MOST_VALUES {
            let message = format!("At most {MOST_VALUES} filters in one list.");
            return Err(Refusal::new(Code::LimitExceeded, path, message).into());
        }
        let mut terms = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let path = format!("{path}.{place}");
            let term = self.object(meta, item, alias, hop, depth + 1, &path)?;
            terms.push(if term.is_empty() { Sql::new("TRUE") } else { term });
        }
        if terms.is_empty() && glue == " OR " {
            return Ok(Sql::new("FALSE"));
        }
        Ok(joined(terms, glue))
    }

    #[allow(clippy::too_many_arguments, reason = "the place in the filter, passed down whole")]
    fn term(
        &self,
        meta: &'static Meta,
        field: &str,
        value: &Value,
        alias: &str,
        hop: usize,
        depth: usize,
        path: &str,
    ) -> Rule<Sql> {
        if let Some(relation) = meta.relations.iter().find(|relation| relation.field == field) {
            return self.related(meta, relation, value, alias, hop, depth, path);
        }
        let found = meta.columns.iter().position(|column| column.field == field && column.filter);
        let Some(index) = found else {
            let message = "This field cannot be filtered by.";
            return Err(Refusal::new(Code::ValidationFailed, path, message).into());
        };
        let column = &meta.columns[index];
        if let Some(permission) = column.sensitive {
            let sentence = "Your role cannot see this field, so it cannot filter by it.";
            self.actor.require_at(permission, path, sentence)?;
        }
        let Value::Object(operators) = value else {
            return Err(Refusal::new(Code::BadFormat, path, "Name an operator, such as eq.").into());
        };
        let name = column_sql(meta, index, alias);
        let key = self.actor.tenant.personal_data.get().filter(|_| column.personal);
        let mut terms = Vec::new();
        for (operator, operand) in operators {
            if !matches!(operand, Value::Null) {
                let path = format!("{path}.{operator}");
                terms.push(match &key {
                    Some(key) => sealed::comparison(key, &name, operator, operand, &path)?,
                    None => self.comparison(meta, column, &name, operator, operand, &path)?,
                });
            }
        }
        Ok(joined(terms, " AND "))
    }

    fn comparison(
        &self,
        meta: &Meta,
        column: &Column,
        name: &str,
        operator: &str,
        operand: &Value,
        path: &str,
    ) -> Rule<Sql> {
        let mut sql = Sql::new(name);
        let symbol = match operator {
            "eq" => " = ",
            "ne" => " IS DISTINCT FROM ",
            "gt" => " > ",
            "gte" => " >= ",
            "lt" => " < ",
            "lte" => " <= ",
            "isNull" => {
                let null = matches!(operand, Value::Boolean(true));
                sql.push(if null { " IS NULL" } else { " IS NOT NULL" });
                return Ok(sql);
            }
            "contains" | "startsWith" => {
                let Value::String(text) = operand else { return Err(bad_value(path).into()) };
                let mut pattern = escape_like(text);
                pattern.push('%');
                if operator == "contains" {
                    pattern.insert(0, '%');
                }
                sql.push(" ILIKE ").bind(Bind::Text(Some(pattern)));
                return Ok(sql);
            }
            _ => {
                let Value::List(items) = operand else { return Err(bad_value(path).into()) };
                if items.len() > MOST_VALUES {
                    return Err(too_many_values(path).into());
                }
                sql.push(" IN (NULL");
                for (place, item) in items.iter().enumerate() {
                    let path = format!("{path}.{place}");
                    if let Some(value) = self.operand(meta, column, item, &path)? {
                        sql.push(", ").bind(value);
                    }
                }
                sql.push(")").rare();
                return Ok(sql);
            }
        };
        match self.operand(meta, column, operand, path)? {
            Some(value) => {
                sql.push(symbol).bind(value);
                Ok(sql)
            }
            // Another tenant's id is like the id of no row.
            None => Ok(Sql::new(if operator == "ne" { "TRUE" } else { "FALSE" })),
        }
    }

    /// The value to compare with; `None` for an id that no row of this tenant has.
    fn operand(
        &self,
        meta: &Meta,
        column: &Column,
        value: &Value,
        path: &str,
    ) -> Rule<Option<Bind>> {
        let bad = || bad_value(path);
        let text = match value {
            Value::String(text) => Some(text.as_str()),
            Value::Enum(name) => Some(name.as_str()),
            _ => None,
        };
        Ok(Some(match column.kind {
            Kind::Key(_) => return self.id_operand(meta, text, path),
            Kind::Reference(target) => return self.id_operand(target(), text, path),
            Kind::Int => {
                let number = match value {
                    Value::Number(number) => number.as_i64(),
                    _ => None,
                };
                let number = number.and_then(|number| i32::try_from(number).ok());
                Bind::Int(Some(number.ok_or_else(bad)?))
            }
            Kind::BigInt => Bind::Big(
                text.and_then(|text| text.parse().ok())
                    .map_or_else(|| Err(bad()), |number| Ok(Some(number)))?,
            ),
            Kind::Text => Bind::Text(Some(text.ok_or_else(bad)?.to_owned())),
            Kind::Enum(words) => {
                let word = text.and_then(|text| words.by_name(text)).ok_or_else(bad)?;
                Bind::Text(Some(word.stored.to_owned()))
            }
            Kind::Bool => match value {
                Value::Boolean(value) => Bind::Bool(Some(*value)),
                _ => return Err(bad().into()),
            },
            Kind::Money | Kind::Decimal => {
                Bind::Number(Some(text.and_then(parse_decimal).ok_or_else(bad)?))
            }
            Kind::Date => Bind::Date(Some(text.and_then(parse_date).ok_or_else(bad)?)),
            Kind::Instant => Bind::Instant(Some(text.and_then(parse_instant).ok_or_else(bad)?)),
            Kind::Uuid => {
                Bind::Uuid(Some(text.and_then(|text| text.parse().ok()).ok_or_else(bad)?))
            }
            Kind::Json | Kind::Texts | Kind::FileLink | Kind::BackupLink => {
                return Err(bad().into());
            }
        }))
    }

    fn id_operand(&self, meta: &Meta, text: Option<&str>, path: &str) -> Rule<Option<Bind>> {
        let global = text.and_then(GlobalId::decode).ok_or_else(|| bad_value(path))?;
        if global.type_name != meta.type_name {
            let message = format!("This is not the id of a {}.", meta.type_name);
            return Err(Refusal::new(Code::BadFormat, path, message).into());
        }
        if global.tenant != self.actor.tenant.id {
            return Ok(None);
        }
        Ok(global.key_of(meta))
    }

    #[allow(clippy::too_many_arguments, reason = "the place in the filter, passed down whole")]
    fn related(
        &self,
        meta: &'static Meta,
        relation: &Relation,
        value: &Value,
        alias: &str,
        hop: usize,
        depth: usize,
        path: &str,
    ) -> Rule<Sql> {
        if hop >= HOPS {
            let message = format!("Filters follow at most {HOPS} relations.");
            return Err(Refusal::new(Code::LimitExceeded, path, message).into());
        }
        let target = (relation.target)();
        let Value::Object(quantifiers) = value else { return Err(bad_value(path).into()) };
        let other = format!("{alias}{}", hop + 1);
        let join = match relation.kind {
            RelationKind::BelongsTo { column } => {
                format!("{other}.{} = {alias}.{}", target.key().name, meta.columns[column].name)
            }
            RelationKind::HasMany { column } => {
                format!("{other}.{column} = {alias}.{}", meta.key().name)
            }
        };
        let mut terms = Vec::new();
        for (quantifier, inner) in quantifiers {
            if matches!(inner, Value::Null) {
                continue;
            }
            let path = format!("{path}.{quantifier}");
            let inner = self.object(target, inner, &other, hop + 1, depth + 1, &path)?;
            let mut sql = Sql::new("EXISTS (SELECT 1 FROM ");
            sql.push(target.table).push(" ").push(&other).push(" WHERE ").push(&join);
            for condition in visibility(target, self.actor, &other, false) {
                sql.push(" AND (").append(condition).push(")");
            }
            if !inner.is_empty() {
                sql.push(" AND (").append(inner).push(")");
            }
            sql.push(")");
            terms.push(if matches!(quantifier.as_str(), "none" | "isNot") {
                negated(sql)
            } else {
                sql
            });
        }
        Ok(joined(terms, " AND "))
    }
}

fn negated(inner: Sql) -> Sql {
    if inner.is_empty() {
        return Sql::new("FALSE");
    }
    // A comparison with NULL is unknown; its negation is meant to be true.
    let mut sql = Sql::new("(");
    sql.append(inner).push(") IS NOT TRUE");
    sql
}

fn joined(terms: Vec<Sql>, glue: &str) -> Sql {
    let mut sql = Sql::default();
    for (place, term) in terms.into_iter().enumerate() {
        if place > 0 {
            sql.push(glue);
        }
        sql.push("(").append(term).push(")");
    }
    sql
}

fn too_many_values(path: &str) -> Refusal {
    Refusal::new(Code::LimitExceeded, path, format!("At most {MOST_VALUES} values."))
}

fn bad_value(path: &str) -> Refusal {
    Refusal::new(Code::BadFormat, path, "This value does not fit the field.")
}

/// `%`, `_` and `\` of a caller's text stand for themselves.
fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
