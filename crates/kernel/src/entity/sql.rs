//! A statement: text with numbered places and the values bound to them. The only query type
//! that diesel sees from the entity engine, so that nothing is compiled per entity.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types as types;
use uuid::Uuid;

/// A value that travels beside the text of a statement, never in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Bind {
    Int(Option<i32>),
    Big(Option<i64>),
    Text(Option<String>),
    Bool(Option<bool>),
    Number(Option<BigDecimal>),
    Date(Option<NaiveDate>),
    Instant(Option<DateTime<Utc>>),
    Json(Option<serde_json::Value>),
    Uuid(Option<Uuid>),
    Bytes(Vec<u8>),
    Ints(Vec<i32>),
    Bigs(Vec<i64>),
    Texts(Vec<String>),
    Uuids(Vec<Uuid>),
    Dates(Vec<NaiveDate>),
}

impl Bind {
    /// Whether this binds NULL.
    pub fn is_null(&self) -> bool {
        matches!(
            self,
            Bind::Int(None)
                | Bind::Big(None)
                | Bind::Text(None)
                | Bind::Bool(None)
                | Bind::Number(None)
                | Bind::Date(None)
                | Bind::Instant(None)
                | Bind::Json(None)
                | Bind::Uuid(None)
        )
    }

    /// The only value of an array that has one. A plan for one value is made once and kept,
    /// where PostgreSQL plans anew for every short array, as its length decides.
    pub fn only(&self) -> Option<Bind> {
        match self {
            Bind::Ints(values) if values.len() == 1 => Some(Bind::Int(values.first().copied())),
            Bind::Bigs(values) if values.len() == 1 => Some(Bind::Big(values.first().copied())),
            Bind::Texts(values) if values.len() == 1 => Some(Bind::Text(values.first().cloned())),
            Bind::Uuids(values) if values.len() == 1 => Some(Bind::Uuid(values.first().copied())),
            Bind::Dates(values) if values.len() == 1 => Some(Bind::Date(values.first().copied())),
            _ => None,
        }
    }

    /// One key as the list that `= ANY` takes.
    pub fn into_list(self) -> Option<Bind> {
        Some(match self {
            Bind::Int(key) => Bind::Ints(vec![key?]),
            Bind::Big(key) => Bind::Bigs(vec![key?]),
            Bind::Uuid(key) => Bind::Uuids(vec![key?]),
            Bind::Text(key) => Bind::Texts(vec![key?]),
            Bind::Date(key) => Bind::Dates(vec![key?]),
            _ => return None,
        })
    }

    /// As audit entries and events store it.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Bind::Int(value) => value.map_or(Value::Null, Value::from),
            Bind::Big(value) => value.map_or(Value::Null, Value::from),
            Bind::Text(value) => value.clone().map_or(Value::Null, Value::from),
            Bind::Bool(value) => value.map_or(Value::Null, Value::from),
            Bind::Number(value) => {
                value.as_ref().map_or(Value::Null, |number| Value::from(number.to_plain_string()))
            }
            Bind::Date(value) => value.map_or(Value::Null, |date| Value::from(date.to_string())),
            Bind::Instant(value) => value.map_or(Value::Null, |at| Value::from(at.to_rfc3339())),
            Bind::Json(value) => value.clone().unwrap_or(Value::Null),
            Bind::Uuid(value) => value.map_or(Value::Null, |id| Value::from(id.to_string())),
            Bind::Bytes(_) => Value::Null,
            Bind::Ints(values) => values.clone().into(),
            Bind::Bigs(values) => values.clone().into(),
            Bind::Texts(values) => values.clone().into(),
            Bind::Uuids(values) => values.iter().map(Uuid::to_string).collect(),
            Bind::Dates(values) => values.iter().map(NaiveDate::to_string).collect(),
        }
    }

    /// The key of a row as text, as audit entries and events name it.
    pub fn to_key(&self) -> String {
        match self.to_json() {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        }
    }
}

impl From<i32> for Bind {
    fn from(key: i32) -> Self {
        Bind::Int(Some(key))
    }
}

impl From<Uuid> for Bind {
    fn from(key: Uuid) -> Self {
        Bind::Uuid(Some(key))
    }
}

impl From<&Vec<i32>> for Bind {
    fn from(keys: &Vec<i32>) -> Self {
        Bind::Ints(keys.clone())
    }
}

impl From<&Vec<Uuid>> for Bind {
    fn from(keys: &Vec<Uuid>) -> Self {
        Bind::Uuids(keys.clone())
    }
}

/// The text of a statement in pieces, a bound value between each two.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    pieces: Vec<String>,
    binds: Vec<Bind>,
    rare: bool,
}

impl Sql {
    /// A statement that begins with this text.
    pub fn new(text: &str) -> Self {
        let mut sql = Sql::default();
        sql.push(text);
        sql
    }

    /// Text of ours in which `{t}` is an alias and another word in braces what it means here; one
    /// that means nothing stays as it is.
    pub fn filled(text: &str, alias: &str, meaning: impl Fn(&str) -> Option<Sql>) -> Self {
        let text = text.replace("{t}", alias);
        let mut parts = text.split('{');
        let mut sql = Sql::new(parts.next().unwrap_or_default());
        for part in parts {
            let meant = part.split_once('}').and_then(|(word, rest)| Some((meaning(word)?, rest)));
            match meant {
                Some((meant, rest)) => sql.append(meant).push(rest),
                None => sql.push("{").push(part),
            };
        }
        sql
    }

    /// A place and what is bound to it.
    pub fn value(bind: Bind) -> Self {
        let mut sql = Sql::default();
        sql.bind(bind);
        sql
    }

    /// Appends text of ours; never a caller's.
    pub fn push(&mut self, text: &str) -> &mut Self {
        if self.pieces.len() == self.binds.len() {
            self.pieces.push(String::new());
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.push_str(text);
        }
        self
    }

    /// Appends a place and what is bound to it.
    pub fn bind(&mut self, value: Bind) -> &mut Self {
        self.push("");
        self.binds.push(value);
        self
    }

    /// Appends another statement's text and values.
    pub fn append(&mut self, other: Sql) -> &mut Self {
        let mut binds = other.binds.into_iter();
        for piece in other.pieces {
            self.push(&piece);
            if let Some(value) = binds.next() {
                self.bind(value);
            }
        }
        self
    }

    /// A shape that a caller composes freely is prepared once and forgotten, so that the
    /// statement caches of the connections stay bounded.
    pub fn rare(&mut self) -> &mut Self {
        self.rare = true;
        self
    }

    /// The whole text, with a number for each bound value.
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(self.pieces.iter().map(|it| it.len() + 3).sum());
        for (index, piece) in self.pieces.iter().enumerate() {
            text.push_str(piece);
            if index < self.binds.len() {
                text.push('$');
                text.push_str(itoa::Buffer::new().format(index + 1));
            }
        }
        text
    }

    /// The bound values in their order.
    pub(crate) fn binds(&self) -> &[Bind] {
        &self.binds
    }

    /// Whether it is to be forgotten once it ran.
    pub(crate) fn is_rare(&self) -> bool {
        self.rare
    }

    /// Takes [`Sql::rare`] back.
    pub(crate) fn keep(&mut self) {
        self.rare = false;
    }

    /// A number that statements share when they differ in nothing but the values bound.
    pub(crate) fn shape(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.pieces.hash(&mut hasher);
        for bind in &self.binds {
            discriminant(bind).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Whether a text holds the one character that the database cannot take.
    pub fn has_nul(&self) -> bool {
        let nul = |text: &String| text.contains('\0');
        self.binds.iter().any(|bind| match bind {
            Bind::Text(text) => text.as_ref().is_some_and(nul),
            Bind::Texts(texts) => texts.iter().any(nul),
            _ => false,
        })
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(String::is_empty) && self.binds.is_empty()
    }
}

impl QueryFragment<Pg> for Sql {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.rare {
            out.unsafe_to_cache_prepared();
        }
        for (index, piece) in self.pieces.iter().enumerate() {
            out.push_sql(piece);
            let Some(bind) = self.binds.get(index) else { continue };
            match bind {
                Bind::Int(v) => out.push_bind_param::<types::Nullable<types::Integer>, _>(v)?,
                Bind::Big(v) => out.push_bind_param::<types::Nullable<types::BigInt>, _>(v)?,
                Bind::Text(v) => out.push_bind_param::<types::Nullable<types::Text>, _>(v)?,
                Bind::Bool(v) => out.push_bind_param::<types::Nullable<types::Bool>, _>(v)?,
                Bind::Number(v) => out.push_bind_param::<types::Nullable<types::Numeric>, _>(v)?,
                Bind::Date(v) => out.push_bind_param::<types::Nullable<types::Date>, _>(v)?,
                Bind::Instant(v) => {
                    out.push_bind_param::<types::Nullable<types::Timestamptz>, _>(v)?;
                }
                Bind::Json(v) => out.push_bind_param::<types::Nullable<types::Jsonb>, _>(v)?,
                Bind::Uuid(v) => out.push_bind_param::<types::Nullable<types::Uuid>, _>(v)?,
                Bind::Bytes(v) => out.push_bind_param::<types::Binary, _>(v)?,
                Bind::Ints(v) => out.push_bind_param::<types::Array<types::Integer>, _>(v)?,
                Bind::Bigs(v) => out.push_bind_param::<types::Array<types::BigInt>, _>(v)?,
                Bind::Texts(v) => out.push_bind_param::<types::Array<types::Text>, _>(v)?,
                Bind::Uuids(v) => out.push_bind_param::<types::Array<types::Uuid>, _>(v)?,
                Bind::Dates(v) => out.push_bind_param::<types::Array<types::Date>, _>(v)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Sql {
    type SqlType = types::Untyped;
}

impl<C> diesel::query_dsl::RunQueryDsl<C> for Sql {}
