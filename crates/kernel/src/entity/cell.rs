//! One value of a row: from PostgreSQL's binary format, and back as a bound value.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::deserialize::FromSql;
use diesel::pg::{Pg, PgValue};
use diesel::sql_types as types;
use uuid::Uuid;

use crate::db::Fault;
use crate::entity::metadata::{EnumMeta, Kind};
use crate::entity::row::Row;
use crate::entity::sql::Bind;
use crate::money::Money;

/// A Rust type that a column can have.
pub trait Cell: Sized {
    const KIND: Kind;
    const NULLABLE: bool = false;

    /// Decodes a value that is not NULL.
    fn from_value(value: PgValue<'_>) -> Result<Self, Fault>;

    /// What NULL means, where it may stand.
    fn from_null() -> Option<Self> {
        None
    }

    /// The value ready to be bound.
    fn bind(&self) -> Bind;

    /// NULL of this type.
    fn null() -> Bind;
}

/// The value at a position of a row.
pub fn decode<T: Cell>(row: &Row, index: usize) -> Result<T, Fault> {
    row.value(index, |value| match value {
        Some(value) => T::from_value(value),
        None => T::from_null().ok_or_else(|| Fault::internal("NULL where a value is required")),
    })?
}

macro_rules! cell {
    ($rust:ty, $kind:expr, $sql:ty, $bind:ident) => {
        impl Cell for $rust {
            const KIND: Kind = $kind;

            fn from_value(value: PgValue<'_>) -> Result<Self, Fault> {
                FromSql::<$sql, Pg>::from_sql(value).map_err(Fault::decode)
            }

            fn bind(&self) -> Bind {
                Bind::$bind(Some(self.clone()))
            }

            fn null() -> Bind {
                Bind::$bind(None)
            }
        }
    };
}

cell!(i32, Kind::Int, types::Integer, Int);
cell!(i64, Kind::BigInt, types::BigInt, Big);
cell!(String, Kind::Text, types::Text, Text);
cell!(bool, Kind::Bool, types::Bool, Bool);
cell!(BigDecimal, Kind::Decimal, types::Numeric, Number);
cell!(NaiveDate, Kind::Date, types::Date, Date);
cell!(DateTime<Utc>, Kind::Instant, types::Timestamptz, Instant);
cell!(serde_json::Value, Kind::Json, types::Jsonb, Json);
cell!(Uuid, Kind::Uuid, types::Uuid, Uuid);

impl Cell for Money {
    const KIND: Kind = Kind::Money;

    fn from_value(value: PgValue<'_>) -> Result<Self, Fault> {
        BigDecimal::from_value(value).map(Money::from)
    }

    fn bind(&self) -> Bind {
        Bind::Number(Some(self.amount().clone()))
    }

    fn null() -> Bind {
        Bind::Number(None)
    }
}

impl Cell for Vec<String> {
    const KIND: Kind = Kind::Texts;

    fn from_value(value: PgValue<'_>) -> Result<Self, Fault> {
        let list = serde_json::Value::from_value(value)?;
        serde_json::from_value(list).map_err(|error| Fault::decode(error.into()))
    }

    fn bind(&self) -> Bind {
        Bind::Texts(self.clone())
    }

    fn null() -> Bind {
        Bind::Texts(Vec::new())
    }
}

impl<T: Cell> Cell for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;

    fn from_value(value: PgValue<'_>) -> Result<Self, Fault> {
        T::from_value(value).map(Some)
    }

    fn from_null() -> Option<Self> {
        Some(None)
    }

    fn bind(&self) -> Bind {
        self.as_ref().map_or_else(T::null, T::bind)
    }

    fn null() -> Bind {
        T::null()
    }
}

/// A closed list of words as a Rust enum; implemented by `#[derive(Words)]`.
pub trait Words: Sized + Copy + Send + Sync + 'static {
    /// How GraphQL and the database spell each word.
    const WORDS: &'static EnumMeta;

    /// The document's spelling.
    fn stored(self) -> &'static str;

    /// The word that the database spells so.
    fn from_stored(stored: &str) -> Option<Self>;

    /// The word that GraphQL spells so.
    fn from_name(name: &str) -> Option<Self> {
        Self::WORDS.by_name(name).and_then(|value| Self::from_stored(value.stored))
    }
}
