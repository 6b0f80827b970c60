//! What each field of a schema costs, read once from the schema's own text.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
};

/// Object (spec 1.16).
const OBJECT: u64 = 1;
/// Aggregate (spec 1.16).
const AGGREGATE: u64 = 10;
/// Report (spec 1.16).
const REPORT: u64 = 25;
/// Mutation (spec 1.16).
const MUTATION: u64 = 10;

/// How many times a field's answer holds what is selected below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Once.
    One,
    /// A connection: its lists hold a page each.
    Connection,
    /// A list inside a connection: once for each row of the connection's page.
    Page,
    /// Another list, as long as its own arguments say.
    List,
}

/// What one field costs and where it leads.
#[derive(Clone, Debug)]
pub struct FieldCost {
    /// The cost of the field itself.
    pub own: u64,
    /// The type that selections below the field belong to.
    pub target: String,
    /// How the selections below the field multiply.
    pub shape: Shape,
}

/// The costs of one schema.
#[derive(Debug, Default)]
pub struct CostModel {
    fields: HashMap<String, HashMap<String, FieldCost>>,
    query: String,
    mutation: String,
}

impl CostModel {
    /// Reads a schema in the schema definition language.
    ///
    /// # Errors
    /// Fails when the text is not a schema.
    pub fn from_sdl(sdl: &str) -> Result<Self, async_graphql::parser::Error> {
        let document = parse_schema(sdl)?;
        let mut model =
            Self { query: "Query".to_owned(), mutation: "Mutation".to_owned(), ..Self::default() };
        let mut composites = HashSet::new();
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    if let Some(query) = &schema.node.query {
                        model.query = query.node.to_string();
                    }
                    if let Some(mutation) = &schema.node.mutation {
                        model.mutation = mutation.node.to_string();
                    }
                }
                TypeSystemDefinition::Type(definition)
                    if matches!(
                        definition.node.kind,
                        TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)
                    ) =>
                {
                    composites.insert(definition.node.name.node.as_str());
                }
                _ => {}
            }
        }
        for definition in &document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let fields = match &definition.node.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                _ => continue,
            };
            let parent = definition.node.name.node.as_str();
            let costs = fields.iter().map(|field| {
                let cost = field_cost(parent, parent == model.mutation, &field.node, &composites);
                (field.node.name.node.to_string(), cost)
            });
            let costs: HashMap<_, _> = costs.collect();
            model.fields.entry(parent.to_owned()).or_default().extend(costs);
        }
        Ok(model)
    }

    /// The type at the root of queries.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The type at the root of mutations.
    pub fn mutation(&self) -> &str {
        &self.mutation
    }

    /// The cost of a field, when the schema has it.
    pub fn field(&self, parent: &str, name: &str) -> Option<&FieldCost> {
        self.fields.get(parent)?.get(name)
    }
}

fn field_cost(
    parent: &str,
    is_mutation: bool,
    field: &FieldDefinition,
    composites: &HashSet<&str>,
) -> FieldCost {
    let (target, is_list) = named(&field.ty.node);
    let is_composite = composites.contains(target);
    let own = if is_mutation {
        MUTATION
    } else if parent.ends_with("Reports") || target == "VerifyFinding" {
        REPORT
    } else if field.name.node.ends_with("Aggregates") || field.name.node.as_str() == "aggregates" {
        AGGREGATE
    } else if !is_composite || target.ends_with("Edge") || target == "PageInfo" {
        0
    } else {
        OBJECT
    };
    let shape = if target.ends_with("Connection") {
        Shape::Connection
    } else if is_list && is_composite && parent.ends_with("Connection") {
        Shape::Page
    } else if is_list && is_composite {
        Shape::List
    } else {
        Shape::One
    };
    FieldCost { own, target: target.to_owned(), shape }
}

fn named(of: &Type) -> (&str, bool) {
    match &of.base {
        BaseType::Named(name) => (name.as_str(), false),
        BaseType::List(inner) => (named(inner).0, true),
    }
}
