//! An entity's GraphQL types, written into the schema's registry from its metadata.

mod inputs;
mod outputs;
mod shared_types;

pub use outputs::root_fields;
pub use shared_types::shared;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{
    EnumBuilder, InputObjectBuilder, MetaEnumValue, MetaField, MetaInputValue, ObjectBuilder,
    Registry,
};

use crate::entity::metadata::{Column, EnumMeta, Kind, Meta};

/// Registers everything that an entity needs.
pub fn entity(registry: &mut Registry, meta: &'static Meta) {
    if registry.types.contains_key(meta.type_name) {
        return;
    }
    outputs::object_type(registry, meta);
    outputs::connection_types(registry, meta);
    outputs::aggregate_types(registry, meta);
    inputs::filter_types(registry, meta);
    inputs::order_types(registry, meta);
    inputs::group_types(registry, meta);
}

/// A field with its sentence.
pub fn field(name: &str, doc: impl Into<String>, ty: impl Into<String>) -> MetaField {
    let mut field = MetaField::new(name, ty);
    field.description = Some(doc.into());
    field
}

/// The field with one more argument.
pub fn with_argument(
    mut field: MetaField,
    name: &str,
    doc: impl Into<String>,
    ty: impl Into<String>,
) -> MetaField {
    field.args.insert(name.to_owned(), input(name, doc, ty));
    field
}

/// An input value with its sentence.
pub fn input(name: &str, doc: impl Into<String>, ty: impl Into<String>) -> MetaInputValue {
    let mut value = MetaInputValue::new(name, ty);
    value.description = Some(doc.into());
    value
}

/// Registers an object from its fields.
pub fn object(registry: &mut Registry, name: &str, doc: &str, fields: Vec<MetaField>) {
    let fields: IndexMap<String, MetaField> =
        fields.into_iter().map(|field| (field.name.clone(), field)).collect();
    let built = ObjectBuilder::new(name, fields).description(Some(doc.to_owned())).build();
    registry.types.insert(name.to_owned(), built);
}

fn input_object(registry: &mut Registry, name: &str, doc: &str, values: Vec<MetaInputValue>) {
    let values: IndexMap<String, MetaInputValue> =
        values.into_iter().map(|value| (value.name.clone(), value)).collect();
    let built = InputObjectBuilder::new(name, values).description(Some(doc.to_owned())).build();
    registry.types.insert(name.to_owned(), built);
}

/// Registers a closed list of words.
pub fn enumeration(registry: &mut Registry, words: &EnumMeta) {
    if registry.types.contains_key(words.type_name) {
        return;
    }
    let values = words.values.iter().map(|word| {
        let mut value = MetaEnumValue::new(word.name);
        let spelled = format!("The document spells it \"{}\".", word.stored);
        value.description =
            Some(if word.doc.is_empty() { spelled } else { format!("{} {spelled}", word.doc) });
        (word.name.to_owned(), value)
    });
    let built = EnumBuilder::new(words.type_name, values.collect())
        .description(Some(words.doc.to_owned()))
        .build();
    registry.types.insert(words.type_name.to_owned(), built);
}

pub(crate) fn plain_enum(
    registry: &mut Registry,
    name: &str,
    doc: &str,
    values: Vec<(String, String)>,
) {
    let values = values.into_iter().map(|(name, doc)| {
        let mut value = MetaEnumValue::new(&name);
        value.description = Some(doc);
        (name, value)
    });
    let built = EnumBuilder::new(name, values.collect()).description(Some(doc.to_owned())).build();
    registry.types.insert(name.to_owned(), built);
}

/// The GraphQL type of a column, without its `!`.
pub(crate) fn type_of(column: &Column) -> &'static str {
    match column.kind {
        Kind::Int => "Int",
        Kind::BigInt => "BigInt",
        Kind::Text | Kind::FileLink | Kind::BackupLink => "String",
        Kind::Bool => "Boolean",
        Kind::Money => "Money",
        Kind::Decimal => "Decimal",
        Kind::Date => "Date",
        Kind::Instant => "DateTime",
        Kind::Json => "JSON",
        Kind::Texts => "[String!]",
        Kind::Uuid => "UUID",
        Kind::Enum(words) => words.type_name,
        Kind::Key(_) | Kind::Reference(_) => "ID",
    }
}
