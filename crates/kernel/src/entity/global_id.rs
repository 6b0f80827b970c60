//! Global ids: opaque to clients, they carry tenant, type and key, so that another tenant's id
//! never finds a row of ours and a wrong type is refused before any SQL (spec 1.2.4).

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::Registry;
use async_graphql::{ID, InputType, InputValueError, InputValueResult, Value};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::entity::metadata::{Entity, Kind, Meta};
use crate::entity::sql::Bind;

/// The parts of a global id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalId {
    pub tenant: i32,
    pub type_name: String,
    pub key: String,
}

impl GlobalId {
    /// As clients see it.
    pub fn encode(tenant: i32, type_name: &str, key: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{tenant}:{type_name}:{key}"))
    }

    /// `None` when the text is no global id.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > 200 {
            return None;
        }
        let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = plain.splitn(3, ':');
        Some(GlobalId {
            tenant: parts.next()?.parse().ok()?,
            type_name: parts.next()?.to_owned(),
            key: parts.next()?.to_owned(),
        })
    }

    /// The key as this entity's key column takes it; `None` when it cannot be one.
    pub fn key_of(&self, meta: &Meta) -> Option<Bind> {
        parse_key(meta, &self.key)
    }

    /// The same for a tenant. Another tenant's id becomes the key of no row, so that it is
    /// looked for like a missing one and takes as long (spec 1.2.5).
    pub fn key_in(&self, meta: &Meta, tenant: i32) -> Option<Bind> {
        if self.tenant == tenant { self.key_of(meta) } else { Some(absent_key(meta)) }
    }
}

/// How the key column of an entity is typed in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    Int,
    Big,
    Uuid,
    Text,
    Date,
}

impl KeyType {
    /// The type of this entity's key.
    pub fn of(meta: &Meta) -> Self {
        Self::of_kind(meta.key().kind)
    }

    /// The type of a key whose values are of this kind.
    pub const fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::Key(key) => key,
            Kind::BigInt => KeyType::Big,
            Kind::Uuid => KeyType::Uuid,
            Kind::Text => KeyType::Text,
            Kind::Date => KeyType::Date,
            _ => KeyType::Int,
        }
    }

    /// As PostgreSQL names it.
    pub const fn name(self) -> &'static str {
        match self {
            KeyType::Int => "int4",
            KeyType::Big => "int8",
            KeyType::Uuid => "uuid",
            KeyType::Text => "text",
            KeyType::Date => "date",
        }
    }
}

/// A key that no row has: the server counts from 1 and makes UUIDs of version 7.
fn absent_key(meta: &Meta) -> Bind {
    match KeyType::of(meta) {
        KeyType::Int => Bind::Int(Some(-1)),
        KeyType::Big => Bind::Big(Some(-1)),
        KeyType::Uuid => Bind::Uuid(Some(Uuid::nil())),
        KeyType::Text => Bind::Text(Some(String::new())),
        KeyType::Date => Bind::Date(Some(chrono::NaiveDate::default())),
    }
}

/// Text to key; `None` when the text cannot be a key of this entity.
pub fn parse_key(meta: &Meta, text: &str) -> Option<Bind> {
    match KeyType::of(meta) {
        KeyType::Int => text.parse().ok().map(|key| Bind::Int(Some(key))),
        KeyType::Big => text.parse().ok().map(|key| Bind::Big(Some(key))),
        KeyType::Uuid => Uuid::parse_str(text).ok().map(|key| Bind::Uuid(Some(key))),
        KeyType::Text => Some(Bind::Text(Some(text.to_owned()))),
        KeyType::Date => text.parse().ok().map(|key| Bind::Date(Some(key))),
    }
}

/// Those texts that can be keys of this entity, as the list that `= ANY` takes.
pub fn parse_keys<'t>(meta: &Meta, texts: impl Iterator<Item = &'t str>) -> Bind {
    match KeyType::of(meta) {
        KeyType::Int => Bind::Ints(texts.filter_map(|text| text.parse().ok()).collect()),
        KeyType::Big => Bind::Bigs(texts.filter_map(|text| text.parse().ok()).collect()),
        KeyType::Uuid => Bind::Uuids(texts.filter_map(|text| text.parse().ok()).collect()),
        KeyType::Text => Bind::Texts(texts.map(str::to_owned).collect()),
        KeyType::Date => Bind::Dates(texts.filter_map(|text| text.parse().ok()).collect()),
    }
}

/// A global id in an input, not looked into until a rule asks for the row, so that every
/// complaint about it names the field.
pub struct Id<E> {
    text: String,
    typed: PhantomData<fn() -> E>,
}

impl<E> Id<E> {
    /// From the text that a client sent or the kernel made.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), typed: PhantomData }
    }

    /// As the client sent it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<E> Clone for Id<E> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}

impl<E> std::fmt::Debug for Id<E> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Id({})", self.text)
    }
}

impl<E: Entity> InputType for Id<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("ID")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            Some(Value::String(text)) => Ok(Self::new(text)),
            Some(Value::Number(number)) => Ok(Self::new(number.to_string())),
            other => Err(InputValueError::expected_type(other.unwrap_or_default())),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.clone())
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}
