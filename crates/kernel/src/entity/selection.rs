//! What a client selected, fragments resolved and equal keys merged, as the GraphQL
//! specification's CollectFields does.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Context, Name, Pos, Positioned, Value, Variables};
use async_graphql_value::Value as InputValue;

/// The parts of a document that selections are read against.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    variables: &'a Variables,
    operation: &'a OperationDefinition,
}

/// One response key with everything selected below it.
pub struct Selected<'a> {
    /// The alias, or the field's name.
    pub key: &'a str,
    pub name: &'a str,
    pub position: Pos,
    field: &'a Field,
    sets: Vec<&'a SelectionSet>,
}

impl<'a> Document<'a> {
    /// The document that a field is resolved in.
    pub fn of(context: &'a Context<'_>) -> Self {
        Document {
            fragments: &context.query_env.fragments,
            variables: &context.query_env.variables,
            operation: &context.query_env.operation.node,
        }
    }

    /// A document with the operation of it that runs.
    pub fn new(
        document: &'a ExecutableDocument,
        operation: &'a OperationDefinition,
        variables: &'a Variables,
    ) -> Self {
        Document { fragments: &document.fragments, variables, operation }
    }

    /// The root fields of the operation, merged.
    pub fn root(&self, type_name: &str) -> Vec<Selected<'a>> {
        self.collect(&[&self.operation.selection_set.node], &[type_name])
    }

    /// The fields below a selected one, for an object that has these type names: its own and
    /// those of its interfaces.
    pub fn below(&self, selected: &Selected<'a>, type_names: &[&str]) -> Vec<Selected<'a>> {
        self.collect(&selected.sets, type_names)
    }

    fn collect(&self, sets: &[&'a SelectionSet], type_names: &[&str]) -> Vec<Selected<'a>> {
        let mut fields: Vec<Selected<'a>> = Vec::new();
        for set in sets {
            self.collect_into(set, type_names, &mut fields);
        }
        fields
    }

    fn collect_into(
        &self,
        set: &'a SelectionSet,
        type_names: &[&str],
        fields: &mut Vec<Selected<'a>>,
    ) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    let below = &field.node.selection_set.node;
                    match fields.iter_mut().find(|seen| seen.key == key) {
                        Some(seen) => seen.sets.push(below),
                        None => fields.push(Selected {
                            key,
                            name: field.node.name.node.as_str(),
                            position: field.pos,
                            field: &field.node,
                            sets: vec![below],
                        }),
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node)
                        && type_names.contains(&fragment.node.type_condition.node.on.node.as_str())
                    {
                        self.collect_into(&fragment.node.selection_set.node, type_names, fields);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let applies = condition.is_none_or(|condition| {
                        type_names.contains(&condition.node.on.node.as_str())
                    });
                    if applies {
                        self.collect_into(&fragment.node.selection_set.node, type_names, fields);
                    }
                }
            }
        }
    }

    /// The value of an argument, variables filled in; `None` when it was left out.
    pub fn argument(&self, selected: &Selected<'a>, name: &str) -> Option<Value> {
        let (_, value) =
            selected.field.arguments.iter().find(|(argument, _)| argument.node.as_str() == name)?;
        self.value(&value.node)
    }

    /// A literal or variable as a value; a variable left out has none.
    fn value(&self, value: &InputValue) -> Option<Value> {
        Some(match value {
            InputValue::Variable(name) => return self.variable(name),
            InputValue::List(items) => Value::List(
                items.iter().map(|item| self.value(item).unwrap_or(Value::Null)).collect(),
            ),
            InputValue::Object(fields) => Value::Object(
                fields
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), self.value(value)?)))
                    .collect(),
            ),
            InputValue::Null => Value::Null,
            InputValue::Number(number) => Value::Number(number.clone()),
            InputValue::String(text) => Value::String(text.clone()),
            InputValue::Boolean(value) => Value::Boolean(*value),
            InputValue::Binary(bytes) => Value::Binary(bytes.clone()),
            InputValue::Enum(name) => Value::Enum(name.clone()),
        })
    }

    fn variable(&self, name: &Name) -> Option<Value> {
        if let Some(value) = self.variables.get(name) {
            return Some(value.clone());
        }
        let definitions = &self.operation.variable_definitions;
        let definition =
            definitions.iter().find(|definition| definition.node.name.node == *name)?;
        definition.node.default_value.as_ref().map(|value| value.node.clone())
    }
}

/// The items of a list argument; a single value stands for a list of one.
pub fn items_of(argument: Option<&Value>) -> &[Value] {
    match argument {
        Some(Value::List(items)) => items,
        Some(Value::Null) | None => &[],
        Some(single) => std::slice::from_ref(single),
    }
}

/// Where a field stands in the answer; written out only when it has to be told.
#[derive(Clone, Copy)]
pub struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    key: &'p str,
}

impl<'p> Path<'p> {
    /// A key of the answer's root.
    pub fn root(key: &'p str) -> Self {
        Path { parent: None, key }
    }

    /// A key below this one.
    pub fn then<'q>(&'q self, key: &'q str) -> Path<'q>
    where
        'p: 'q,
    {
        Path { parent: Some(self), key }
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(parent) = self.parent {
            write!(formatter, "{parent}.")?;
        }
        formatter.write_str(self.key)
    }
}
