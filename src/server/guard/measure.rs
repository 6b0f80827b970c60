//! One pass over a parsed document. Each fragment is visited once and remembered, sums
//! saturate, so the work is linear in the document's length whatever it expands to.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Pos, Positioned};
use async_graphql_value::Value;

use super::limits;
use crate::server::refusal::Refusal;

/// What a selection set amounts to with all fragments written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Fields, one inside the other.
    pub depth: u32,
    /// Selection sets, one inside the other.
    pub nesting: u32,
    /// Selections of every kind.
    pub selections: u32,
    /// Fields at this level.
    pub fields: u32,
    /// Aliases.
    pub aliases: u32,
    /// Directives.
    pub directives: u32,
    /// Fields of introspection that answer a list, one inside the other.
    pub lists: u32,
    /// What stands below `__schema` and `__type`.
    pub introspection: Introspection,
}

/// The part of a measure that stands below `__schema` and `__type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Introspection {
    /// Fields, one inside the other.
    pub depth: u32,
    /// Selections of every kind.
    pub selections: u32,
    /// Lists, one inside the other.
    pub lists: u32,
}

impl Measure {
    fn add(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.lists = self.lists.max(other.lists);
        self.selections = self.selections.saturating_add(other.selections);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        let introspection = &mut self.introspection;
        introspection.depth = introspection.depth.max(other.introspection.depth);
        introspection.lists = introspection.lists.max(other.introspection.lists);
        introspection.selections =
            introspection.selections.saturating_add(other.introspection.selections);
    }

    fn all_selections(self) -> u32 {
        self.selections.saturating_add(self.introspection.selections)
    }
}

enum Visit {
    Open,
    Done(Measure),
}

/// The measuring of one document.
pub struct Measuring<'a> {
    document: &'a ExecutableDocument,
    fragments: HashMap<&'a str, Visit>,
    variable_uses: usize,
}

/// Refuses a document that is too large, and counts the places that name a variable.
///
/// # Errors
/// Fails with COST_EXCEEDED and the limit that was passed, or with VALIDATION_FAILED where
/// fragments spread each other in a circle.
pub fn check(document: &ExecutableDocument) -> Result<usize, Refusal> {
    let mut measuring = Measuring { document, fragments: HashMap::new(), variable_uses: 0 };
    let mut everything = 0_u32;
    for (_, operation) in document.operations.iter() {
        let measure = measuring.operation(&operation.node)?;
        everything = everything.saturating_add(measure.all_selections());
        check_operation(measure, operation.pos)?;
    }
    for name in document.fragments.keys() {
        let measure = measuring.fragment(name.as_str(), Pos::default(), 1)?;
        everything = everything.saturating_add(measure.all_selections());
    }
    at_most("documentSelections", limits::DOCUMENT_SELECTIONS, everything, Pos::default())?;
    Ok(measuring.variable_uses)
}

fn check_operation(measure: Measure, pos: Pos) -> Result<(), Refusal> {
    let introspection = measure.introspection;
    for (what, limit, actual) in [
        ("selections", limits::SELECTIONS, measure.selections),
        ("aliases", limits::ALIASES, measure.aliases),
        ("rootFields", limits::ROOT_FIELDS, measure.fields),
        ("directives", limits::DIRECTIVES, measure.directives),
        ("depth", limits::DEPTH, measure.depth),
        ("nesting", limits::NESTING, measure.nesting),
        ("introspectionSelections", limits::INTROSPECTION_SELECTIONS, introspection.selections),
        ("introspectionDepth", limits::INTROSPECTION_DEPTH, introspection.depth),
        ("introspectionLists", limits::INTROSPECTION_LISTS, introspection.lists),
    ] {
        at_most(what, limit, actual, pos)?;
    }
    Ok(())
}

fn at_most(what: &'static str, limit: u32, actual: u32, pos: Pos) -> Result<(), Refusal> {
    if actual <= limit {
        return Ok(());
    }
    Err(Refusal {
        locations: (pos != Pos::default()).then_some(pos).into_iter().collect(),
        ..Refusal::limit("COST_EXCEEDED", what, limit.into(), actual.into())
    })
}

impl<'a> Measuring<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Measure, Refusal> {
        let mut measure = self.selection_set(&operation.selection_set, 1)?;
        let directives = operation
            .variable_definitions
            .iter()
            .map(|definition| definition.node.directives.len())
            .sum::<usize>();
        measure.directives = measure
            .directives
            .saturating_add(self.directives(&operation.directives))
            .saturating_add(count(directives));
        Ok(measure)
    }

    /// `level` is how deep this walk itself has gone, which bounds its stack.
    fn selection_set(
        &mut self,
        set: &'a Positioned<SelectionSet>,
        level: u32,
    ) -> Result<Measure, Refusal> {
        at_most("nesting", limits::NESTING, level, set.pos)?;
        let mut total = Measure::default();
        for selection in &set.node.items {
            let mut measure = match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    if field.name.node == "__typename" {
                        check_typename(field, selection.pos)?;
                    }
                    for (_, argument) in &field.arguments {
                        self.variable_uses += variable_uses(&argument.node);
                    }
                    let below = if field.selection_set.node.items.is_empty() {
                        Measure::default()
                    } else {
                        self.selection_set(&field.selection_set, level + 1)?
                    };
                    Measure {
                        aliases: below.aliases.saturating_add(u32::from(field.alias.is_some())),
                        ..field_measure(field.name.node.as_str(), below)
                    }
                }
                Selection::InlineFragment(inline) => {
                    self.selection_set(&inline.node.selection_set, level + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    self.fragment(name, selection.pos, level + 1)?
                }
            };
            measure.selections = measure.selections.saturating_add(1);
            measure.directives =
                measure.directives.saturating_add(self.directives(selection.node.directives()));
            total.add(measure);
        }
        total.nesting = total.nesting.saturating_add(1);
        Ok(total)
    }

    /// A fragment that the document lacks measures nothing; validation refuses it.
    fn fragment(&mut self, name: &'a str, pos: Pos, level: u32) -> Result<Measure, Refusal> {
        match self.fragments.get(name) {
            Some(Visit::Done(measure)) => return Ok(*measure),
            Some(Visit::Open) => {
                return Err(Refusal {
                    locations: vec![pos],
                    ..Refusal::request(
                        "VALIDATION_FAILED",
                        format!("The fragment {name} spreads itself."),
                    )
                });
            }
            None => {}
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Measure::default());
        };
        let name = name.as_str();
        self.fragments.insert(name, Visit::Open);
        let mut measure = self.selection_set(&fragment.node.selection_set, level)?;
        measure.directives =
            measure.directives.saturating_add(self.directives(&fragment.node.directives));
        self.fragments.insert(name, Visit::Done(measure));
        Ok(measure)
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) -> u32 {
        for directive in directives {
            for (_, argument) in &directive.node.arguments {
                self.variable_uses += variable_uses(&argument.node);
            }
        }
        count(directives.len())
    }
}

/// The library answers `__typename` without validating what stands behind it.
fn check_typename(field: &Field, pos: Pos) -> Result<(), Refusal> {
    let refused = |message: String| {
        Err(Refusal { locations: vec![pos], ..Refusal::request("VALIDATION_FAILED", message) })
    };
    if !field.arguments.is_empty() {
        return refused("The field __typename has no arguments.".to_owned());
    }
    if !field.selection_set.node.items.is_empty() {
        return refused("The field __typename has no subfields.".to_owned());
    }
    for directive in &field.directives {
        let (name, arguments) = (directive.node.name.node.as_str(), &directive.node.arguments);
        if !matches!(name, "skip" | "include") {
            return refused(format!("Unknown directive \"{name}\""));
        }
        let condition = match arguments.as_slice() {
            [(argument, value)] if argument.node == "if" => Some(&value.node),
            _ => None,
        };
        if !matches!(condition, Some(Value::Boolean(_) | Value::Variable(_))) {
            return refused(format!("The directive @{name} has one argument, if: Boolean!."));
        }
    }
    Ok(())
}

/// A field around what it selects. Introspection has a budget of its own, so that tools
/// that read the whole schema work.
fn field_measure(name: &str, below: Measure) -> Measure {
    if matches!(name, "__schema" | "__type") {
        return Measure {
            fields: 1,
            depth: 1,
            nesting: below.nesting,
            aliases: below.aliases,
            directives: below.directives,
            introspection: Introspection {
                depth: below.depth.max(below.introspection.depth),
                selections: below.all_selections(),
                lists: below.lists.max(below.introspection.lists),
            },
            ..Measure::default()
        };
    }
    let is_list =
        matches!(name, "types" | "fields" | "inputFields" | "interfaces" | "possibleTypes");
    Measure {
        fields: 1,
        depth: below.depth.saturating_add(1),
        lists: below.lists.saturating_add(u32::from(is_list)),
        ..below
    }
}

fn variable_uses(value: &Value) -> usize {
    match value {
        Value::Variable(_) => 1,
        Value::List(items) => items.iter().map(variable_uses).sum(),
        Value::Object(entries) => entries.values().map(variable_uses).sum(),
        _ => 0,
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
