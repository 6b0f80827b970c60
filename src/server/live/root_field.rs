//! The one root field of a subscription (GraphQL, 5.2.4.1). It may stand in fragments, and more
//! than once for the same key; what runs the document is handed it as one plain field, since it
//! looks at nothing else.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition,
        OperationDefinition, Selection, SelectionSet,
    },
};

use crate::server::refusal::Refusal;

/// The type that a root field stands on.
const ROOT: &str = "Subscription";

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The document with its subscription as one plain root field. Where validation has something to
/// say of the root anyway, it is left as it is.
///
/// # Errors
/// `VALIDATION_FAILED` for more than one root field, one that may be skipped, and `__typename`.
pub fn single(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
) -> Result<ExecutableDocument, Refusal> {
    let mut document = document.clone();
    let ExecutableDocument { operations, fragments } = &mut document;
    let Some(operation) = operation(operations, operation_name) else { return Ok(document) };
    let root = &mut operation.node.selection_set.node;
    let mut fields = Vec::new();
    let is_plain = matches!(&root.items[..], [only] if matches!(only.node, Selection::Field(_)));
    let is_whole = collect(root, fragments, &mut fields, &mut HashSet::new())?;
    let Some((first, others)) = fields.split_first().filter(|_| is_whole) else {
        return Ok(document);
    };
    if first.node.name.node.starts_with("__") {
        return Err(refused(first, "A subscription listens to events; a schema has none."));
    }
    for other in others {
        let same = first.node.name == other.node.name
            && first.node.arguments == other.node.arguments
            && first.node.response_key() == other.node.response_key();
        if !same {
            return Err(refused(other, "A subscription has one root field."));
        }
    }
    if !is_plain {
        let mut only = first.clone();
        let further = others.iter().flat_map(|other| other.node.selection_set.node.items.clone());
        only.node.selection_set.node.items.extend(further);
        root.items = vec![Positioned::new(Selection::Field(only), operation.pos)];
        drop_unused(&mut document);
    }
    Ok(document)
}

fn operation<'a>(
    operations: &'a mut DocumentOperations,
    name: Option<&str>,
) -> Option<&'a mut Positioned<OperationDefinition>> {
    match (operations, name) {
        (DocumentOperations::Single(only), _) => Some(only),
        (DocumentOperations::Multiple(named), Some(name)) => named.get_mut(name),
        (DocumentOperations::Multiple(named), None) => named.values_mut().next(),
    }
}

/// The root fields in their order; `false` where something stands among them that is no field of
/// the root, of which validation speaks.
fn collect(
    set: &SelectionSet,
    fragments: &Fragments,
    fields: &mut Vec<Positioned<Field>>,
    visited: &mut HashSet<Name>,
) -> Result<bool, Refusal> {
    let mut is_whole = true;
    for item in &set.items {
        let (directives, inner) = match &item.node {
            Selection::Field(field) => {
                fields.push(field.clone());
                (&field.node.directives, None)
            }
            Selection::InlineFragment(inline) => {
                let on = inline.node.type_condition.as_ref();
                is_whole &= on.is_none_or(|on| on.node.on.node == ROOT);
                (&inline.node.directives, Some(&inline.node.selection_set.node))
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let fragment = fragments.get(name);
                is_whole &= fragment.is_some_and(|it| it.node.type_condition.node.on.node == ROOT);
                let fragment = fragment.filter(|_| visited.insert(name.clone()));
                (&spread.node.directives, fragment.map(|it| &it.node.selection_set.node))
            }
        };
        always_there(directives)?;
        if let Some(inner) = inner {
            is_whole &= collect(inner, fragments, fields, visited)?;
        }
    }
    Ok(is_whole)
}

fn always_there(directives: &[Positioned<Directive>]) -> Result<(), Refusal> {
    let skips = |it: &&Positioned<Directive>| ["skip", "include"].contains(&&*it.node.name.node);
    match directives.iter().find(skips) {
        Some(directive) => Err(refused(directive, "The root of a subscription is always there.")),
        None => Ok(()),
    }
}

fn refused<T>(at: &Positioned<T>, message: &str) -> Refusal {
    Refusal { locations: vec![at.pos], ..Refusal::request("VALIDATION_FAILED", message) }
}

/// Drops the fragments that were only used at the root, for none may be unused.
fn drop_unused(document: &mut ExecutableDocument) {
    let mut used = HashSet::new();
    for (_, operation) in document.operations.iter() {
        uses(&operation.node.selection_set.node, &document.fragments, &mut used);
    }
    document.fragments.retain(|name, _| used.contains(name));
}

fn uses(set: &SelectionSet, fragments: &Fragments, used: &mut HashSet<Name>) {
    for item in &set.items {
        let inner = match &item.node {
            Selection::Field(field) => Some(&field.node.selection_set),
            Selection::InlineFragment(inline) => Some(&inline.node.selection_set),
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let fragment = fragments.get(name).filter(|_| used.insert(name.clone()));
                fragment.map(|fragment| &fragment.node.selection_set)
            }
        };
        if let Some(inner) = inner {
            uses(&inner.node, fragments, used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn roots(query: &str) -> Result<(Vec<String>, usize), String> {
        let document = parse_query(query).unwrap();
        let document = single(&document, None).map_err(|refusal| refusal.message)?;
        let (_, operation) = document.operations.iter().next().unwrap();
        let roots = operation.node.selection_set.node.items.iter().map(|item| match &item.node {
            Selection::Field(field) => {
                let below = field.node.selection_set.node.items.len();
                format!("{} {below}", field.node.response_key().node)
            }
            _ => "fragment".to_owned(),
        });
        Ok((roots.collect(), document.fragments.len()))
    }

    #[test]
    fn a_root_field_in_fragments_becomes_a_plain_one() {
        for (query, root, fragments) in [
            ("subscription { a { x } }", "a 1", 0),
            ("subscription { ... { a { x } } }", "a 1", 0),
            ("subscription { ... on Subscription { b: a { x } } }", "b 1", 0),
            ("subscription { ...F } fragment F on Subscription { a { x } }", "a 1", 0),
            ("subscription { ...F ...F a { y } } fragment F on Subscription { a { x } }", "a 2", 0),
            (
                "subscription { ...F } fragment F on Subscription { a { ...G } } fragment G on A { x }",
                "a 1",
                1,
            ),
            (
                "subscription { a { ...G } ...F } fragment F on Subscription { a { ...G } } \
              fragment G on A { x }",
                "a 2",
                1,
            ),
        ] {
            assert_eq!(roots(query), Ok((vec![root.to_owned()], fragments)), "{query}");
        }
    }

    #[test]
    fn what_validation_speaks_of_is_left_to_it() {
        let query = "subscription { ...F } fragment F on Query { a }";
        assert_eq!(roots(query), Ok((vec!["fragment".to_owned()], 1)));
        assert_eq!(roots("subscription { ...F }"), Ok((vec!["fragment".to_owned()], 0)));
    }

    #[test]
    fn there_is_one_root_field_which_is_always_there() {
        for query in [
            "subscription { a b }",
            "subscription { a: b b }",
            "subscription { a(x: 1) a(x: 2) }",
            "subscription { ...F } fragment F on Subscription { a ...G } fragment G on Subscription { b }",
            "subscription { __typename }",
            "subscription { __typename a }",
            "subscription { a __typename }",
            "subscription { a @skip(if: false) }",
            "subscription { ... @include(if: true) { a } }",
            "subscription { ...F @skip(if: false) } fragment F on Subscription { a }",
        ] {
            assert!(roots(query).is_err(), "{query}");
        }
    }
}
