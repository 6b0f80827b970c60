//! Queries that run without the library. The first time, the library validates a document and
//! runs it; from then on only what differs from call to call is looked at, the values of the
//! variables. Where one does not fit, the library is asked after all, so that its sentences stay
//! the only ones.

use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
    Selection, SelectionSet, Type,
};
use async_graphql::registry::{MetaType, MetaTypeName, Registry};
use async_graphql::{Name, Response, Value, Variables};
use futures_util::future::try_join_all;

use crate::entity::selection::Document;
use crate::module::Module;
use crate::schema::query_root::{Root, root_field};
use crate::schema::request::RequestContext;

/// The query of a document that needs nothing which the library does beyond validating it:
/// one operation, no directives, nothing of introspection at its root.
pub fn plain_query(document: &ExecutableDocument) -> Option<&OperationDefinition> {
    let DocumentOperations::Single(operation) = &document.operations else { return None };
    let operation = &operation.node;
    let root = &operation.selection_set.node;
    let fragments = document.fragments.values();
    let plain = operation.ty == OperationType::Query
        && operation.directives.is_empty()
        && root.items.iter().all(is_data)
        && has_no_directives(root)
        && fragments.clone().all(|fragment| fragment.node.directives.is_empty())
        && fragments.clone().all(|fragment| has_no_directives(&fragment.node.selection_set.node));
    plain.then_some(operation)
}

fn is_data(selection: &async_graphql::Positioned<Selection>) -> bool {
    match &selection.node {
        Selection::Field(field) => !field.node.name.node.starts_with("__"),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
    }
}

fn has_no_directives(set: &SelectionSet) -> bool {
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => {
            field.node.directives.is_empty() && has_no_directives(&field.node.selection_set.node)
        }
        Selection::FragmentSpread(spread) => spread.node.directives.is_empty(),
        Selection::InlineFragment(fragment) => {
            fragment.node.directives.is_empty()
                && has_no_directives(&fragment.node.selection_set.node)
        }
    })
}

/// Answers a plain query that the library let pass before; `None` where a variable's value has to
/// be looked at by the library.
pub async fn run_direct(
    request: &RequestContext,
    modules: &[&'static Module],
    registry: &Registry,
    document: &ExecutableDocument,
    variables: &Variables,
) -> Option<Response> {
    let operation = plain_query(document)?;
    if !variables_fit(registry, operation, variables) {
        return None;
    }
    let document = Document::new(document, operation, variables);
    let root = Root { document, registry, request };
    let fields = document.root("Query");
    let answers = fields.iter().map(async |field| {
        let value = root_field(root, modules, field).await?;
        Ok((Name::new(field.key), value))
    });
    Some(match try_join_all(answers).await {
        Ok(values) => Response::new(Value::Object(values.into_iter().collect())),
        Err(error) => Response::from_errors(vec![error]),
    })
}

fn variables_fit(
    registry: &Registry,
    operation: &OperationDefinition,
    variables: &Variables,
) -> bool {
    operation.variable_definitions.iter().all(|definition| {
        let definition = &definition.node;
        match variables.get(&definition.name.node) {
            Some(Value::Null) => false,
            Some(value) => fits(registry, &definition.var_type.node, value),
            None => definition.var_type.node.nullable || definition.default_value.is_some(),
        }
    })
}

fn fits(registry: &Registry, ty: &Type, value: &Value) -> bool {
    match (&ty.base, value) {
        (_, Value::Null) => ty.nullable,
        (BaseType::List(item), Value::List(values)) => {
            values.iter().all(|value| fits(registry, item, value))
        }
        (BaseType::List(item), single) => fits(registry, item, single),
        (BaseType::Named(name), value) => fits_named(registry, name, value),
    }
}

/// The same for a type that stands in the registry, where types are text.
fn fits_text(registry: &Registry, ty: &str, value: &Value) -> bool {
    match (MetaTypeName::create(ty), value) {
        (MetaTypeName::NonNull(_), Value::Null) => false,
        (MetaTypeName::NonNull(ty), value) => fits_text(registry, ty, value),
        (_, Value::Null) => true,
        (MetaTypeName::List(item), Value::List(values)) => {
            values.iter().all(|value| fits_text(registry, item, value))
        }
        (MetaTypeName::List(item), single) => fits_text(registry, item, single),
        (MetaTypeName::Named(name), value) => fits_named(registry, name, value),
    }
}

fn fits_named(registry: &Registry, name: &str, value: &Value) -> bool {
    match (registry.types.get(name), value) {
        (Some(MetaType::Scalar { is_valid, .. }), value) => {
            is_valid.as_ref().is_none_or(|is_valid| is_valid(value))
        }
        (Some(MetaType::Enum { enum_values, .. }), Value::String(word)) => {
            enum_values.contains_key(word.as_str())
        }
        (Some(MetaType::InputObject { input_fields, oneof, .. }), Value::Object(values)) => {
            let known = values.keys().all(|name| input_fields.contains_key(name.as_str()));
            let given = input_fields.values().all(|field| match values.get(field.name.as_str()) {
                Some(value) => fits_text(registry, &field.ty, value),
                None => {
                    !MetaTypeName::create(&field.ty).is_non_null() || field.default_value.is_some()
                }
            });
            !oneof && known && given
        }
        _ => false,
    }
}
