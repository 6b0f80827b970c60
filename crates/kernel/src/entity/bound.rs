//! Bound values as the wire protocol carries them.

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};

use crate::entity::sql::Bind;

impl Bind {
    /// PostgreSQL's type of the value, told with the statement.
    pub(crate) fn type_of(&self) -> Type {
        match self {
            Bind::Int(_) => Type::INT4,
            Bind::Big(_) => Type::INT8,
            Bind::Text(_) => Type::TEXT,
            Bind::Bool(_) => Type::BOOL,
            Bind::Number(_) => Type::NUMERIC,
            Bind::Date(_) => Type::DATE,
            Bind::Instant(_) => Type::TIMESTAMPTZ,
            Bind::Json(_) => Type::JSONB,
            Bind::Uuid(_) => Type::UUID,
            Bind::Bytes(_) => Type::BYTEA,
            Bind::Ints(_) => Type::INT4_ARRAY,
            Bind::Bigs(_) => Type::INT8_ARRAY,
            Bind::Texts(_) => Type::TEXT_ARRAY,
            Bind::Uuids(_) => Type::UUID_ARRAY,
            Bind::Dates(_) => Type::DATE_ARRAY,
        }
    }
}

impl ToSql for Bind {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Bind::Int(value) => value.to_sql(ty, out),
            Bind::Big(value) => value.to_sql(ty, out),
            Bind::Text(value) => value.to_sql(ty, out),
            Bind::Bool(value) => value.to_sql(ty, out),
            Bind::Number(value) => value.as_ref().map(|it| it.to_plain_string()).to_sql(ty, out),
            Bind::Date(value) => value.to_sql(ty, out),
            Bind::Instant(value) => value.to_sql(ty, out),
            Bind::Json(value) => value.to_sql(ty, out),
            Bind::Uuid(value) => value.to_sql(ty, out),
            Bind::Bytes(value) => value.to_sql(ty, out),
            Bind::Ints(values) => values.to_sql(ty, out),
            Bind::Bigs(values) => values.to_sql(ty, out),
            Bind::Texts(values) => values.to_sql(ty, out),
            Bind::Uuids(values) => values.to_sql(ty, out),
            Bind::Dates(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    /// Numbers travel in digits, which PostgreSQL reads exactly.
    fn encode_format(&self, _: &Type) -> Format {
        match self {
            Bind::Number(_) => Format::Text,
            _ => Format::Binary,
        }
    }

    to_sql_checked!();
}
