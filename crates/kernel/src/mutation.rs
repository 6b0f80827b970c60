//! Mutations as data, and the one way in which every one of them runs: rights, idempotency,
//! transaction, rule, records, commit, retry.

mod run;

pub use run::{Answer, run, run_approved};

use async_graphql::registry::Registry;
use async_graphql::{InputType, Value};
use futures_util::future::BoxFuture;
use serde_json::Map;

use crate::db::Tx;
use crate::entity::metadata::{Entity, Meta};
use crate::refusal::{Code, Refusal, Rule};

/// One mutation field.
pub struct Mutation {
    /// `bizhubInvoicePay`
    pub name: &'static str,
    pub doc: &'static str,
    /// Needed to call it.
    pub permission: &'static str,
    /// Needed to approve it, where a second person has to agree.
    pub approval: Option<&'static str>,
    /// Moves money or stock: `idempotencyKey` is required.
    pub keyed: bool,
    /// Registers the input object and answers its type.
    pub input_type: fn(&mut Registry) -> String,
    /// The entity that the payload shows.
    pub entity: Option<fn() -> &'static Meta>,
    /// Further payload fields: name, sentence, type.
    pub extra: &'static [(&'static str, &'static str, &'static str)],
    pub run: for<'a> fn(&'a mut Tx, Value) -> BoxFuture<'a, Rule<Outcome>>,
}

/// What a rule leaves for the payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Key of the entity that the payload shows.
    pub key: Option<String>,
    /// Values of the further payload fields.
    pub extra: Map<String, serde_json::Value>,
}

impl Outcome {
    /// A further payload field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }
}

impl<E: Entity> From<E> for Outcome {
    fn from(row: E) -> Self {
        Outcome { key: Some(row.key().to_key()), extra: Map::new() }
    }
}

/// Reads an input object; the schema's validation has seen its shape before.
///
/// # Errors
/// `VALIDATION_FAILED` for what only the type itself can tell.
pub fn parse_input<I: InputType>(value: Value) -> Rule<I> {
    I::parse(Some(value)).map_err(|error| {
        let message = error.into_server_error(async_graphql::Pos::default()).message;
        Refusal::new(Code::ValidationFailed, "", message).into()
    })
}

/// Declares a mutation: name, input, entity of the payload, permission and the rule.
///
/// `keyed` requires an idempotency key; `approved by` names the permission of the second
/// person where four eyes are needed; `also` lists further payload fields, for a rule that answers
/// an [`Outcome`] with them.
#[macro_export]
macro_rules! mutation {
    (
        $(#[doc = $doc:literal])*
        $vis:vis $constant:ident = $name:literal ($input:ty) $(-> $entity:ty)?,
        permission $permission:literal
        $(approved by $approval:literal)?
        $(also $extra:expr)?
        $(, $keyed:ident)?
        => $rule:path
    ) => {
        $(#[doc = $doc])*
        $vis static $constant: $crate::mutation::Mutation = $crate::mutation::Mutation {
            name: $name,
            doc: concat!($($doc),*),
            permission: $permission,
            approval: $crate::mutation_option!($($approval)?),
            keyed: $crate::mutation_keyed!($($keyed)?),
            input_type: |registry| {
                <$input as $crate::generated::async_graphql::InputType>::create_type_info(registry)
            },
            entity: $crate::mutation_entity!($($entity)?),
            extra: $crate::mutation_extra!($($extra)?),
            run: |tx, value| {
                Box::pin(async move {
                    let input = $crate::mutation::parse_input::<$input>(value)?;
                    Ok($crate::mutation::Outcome::from($rule(tx, input).await?))
                })
            },
        };
    };
}

/// Part of [`mutation!`]: an optional literal.
#[doc(hidden)]
#[macro_export]
macro_rules! mutation_option {
    () => {
        None
    };
    ($value:literal) => {
        Some($value)
    };
}

/// Part of [`mutation!`]: further fields of the payload.
#[doc(hidden)]
#[macro_export]
macro_rules! mutation_extra {
    () => {
        &[]
    };
    ($fields:expr) => {
        &$fields
    };
}

/// Part of [`mutation!`]: whether the word `keyed` stands there.
#[doc(hidden)]
#[macro_export]
macro_rules! mutation_keyed {
    () => {
        false
    };
    (keyed) => {
        true
    };
}

/// Part of [`mutation!`]: the payload's entity, if any.
#[doc(hidden)]
#[macro_export]
macro_rules! mutation_entity {
    () => {
        None
    };
    ($entity:ty) => {
        Some(|| <$entity as $crate::entity::Entity>::META)
    };
}
