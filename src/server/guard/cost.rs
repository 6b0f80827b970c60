//! The cost of one operation (spec 1.16): object 1, list = size x child, aggregate 10,
//! report 25, mutation 10. A list without a size in its arguments is short by design and
//! counts once.

use std::collections::HashMap;

use async_graphql::{
    Positioned, Value, Variables,
    parser::types::{
        ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
        VariableDefinition,
    },
};
use async_graphql_value::Value as Argument;

use super::{
    cost_model::{CostModel, Shape},
    limits,
};

/// What a selection set costs: once, and again for each row of the page of the connection
/// that it stands in. Kept apart, so that a fragment is priced once for pages of all sizes.
#[derive(Clone, Copy, Debug, Default)]
struct Price {
    once: u64,
    per_row: u64,
}

impl Price {
    fn once(cost: u64) -> Self {
        Self { once: cost, per_row: 0 }
    }

    fn add(&mut self, other: Self) {
        self.once = self.once.saturating_add(other.once);
        self.per_row = self.per_row.saturating_add(other.per_row);
    }
}

/// The cost of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The cost with the given variables.
    pub total: u64,
    /// Whether other variables may give another cost.
    pub depends_on_variables: bool,
}

struct Pricing<'a> {
    document: &'a ExecutableDocument,
    model: &'a CostModel,
    definitions: &'a [Positioned<VariableDefinition>],
    variables: &'a Variables,
    fragments: HashMap<&'a str, Price>,
    depends_on_variables: bool,
}

/// Prices an operation of a document that was measured before, so that it neither nests
/// too deeply nor has fragments in a circle. Sums and products saturate.
pub fn of(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    model: &CostModel,
    variables: &Variables,
) -> Cost {
    let mut pricing = Pricing {
        document,
        model,
        definitions: &operation.variable_definitions,
        variables,
        fragments: HashMap::new(),
        depends_on_variables: false,
    };
    let root = match operation.ty {
        OperationType::Mutation => model.mutation(),
        OperationType::Query | OperationType::Subscription => model.query(),
    };
    let price = pricing.selection_set(&operation.selection_set.node, root);
    Cost {
        total: price.once.saturating_add(price.per_row),
        depends_on_variables: pricing.depends_on_variables,
    }
}

impl<'a> Pricing<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet, parent: &str) -> Price {
        let mut total = Price::default();
        for selection in &set.items {
            total.add(match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent),
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let parent = inline
                        .type_condition
                        .as_ref()
                        .map_or(parent, |condition| condition.node.on.node.as_str());
                    self.selection_set(&inline.selection_set.node, parent)
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str())
                }
            });
        }
        total
    }

    fn fragment(&mut self, name: &str) -> Price {
        if let Some(price) = self.fragments.get(name) {
            return *price;
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Price::default();
        };
        let parent = fragment.node.type_condition.node.on.node.as_str();
        let price = self.selection_set(&fragment.node.selection_set.node, parent);
        self.fragments.insert(name.as_str(), price);
        price
    }

    fn field(&mut self, field: &'a Field, parent: &str) -> Price {
        let name = field.name.node.as_str();
        if name.starts_with("__") {
            return Price::default();
        }
        let model = self.model;
        let Some(cost) = model.field(parent, name) else {
            return Price::once(1);
        };
        let below = self.selection_set(&field.selection_set.node, &cost.target);
        let each = cost.own.saturating_add(below.once);
        match cost.shape {
            Shape::One => Price { once: each, per_row: below.per_row },
            Shape::Page => Price { once: 0, per_row: each },
            Shape::List => Price::once(self.list_size(field).unwrap_or(1).saturating_mul(each)),
            Shape::Connection => {
                let size = self.list_size(field).unwrap_or(limits::DEFAULT_PAGE);
                Price::once(each.saturating_add(size.saturating_mul(below.per_row)))
            }
        }
    }

    /// The size that the arguments give a list: a page size, or as many as there are ids.
    fn list_size(&mut self, field: &Field) -> Option<u64> {
        let mut size = None;
        for (name, argument) in &field.arguments {
            let given = match name.node.as_str() {
                "first" | "last" => Some(self.page_size(&argument.node)),
                "ids" => Some(self.length(&argument.node)),
                _ => None,
            };
            size = size.max(given);
        }
        size
    }

    fn page_size(&mut self, argument: &Argument) -> u64 {
        let size = match argument {
            Argument::Number(number) => number.as_u64(),
            Argument::Variable(name) => match self.variable(name.as_str()) {
                Some(Value::Number(number)) => number.as_u64(),
                _ => None,
            },
            _ => None,
        };
        size.unwrap_or(limits::DEFAULT_PAGE)
    }

    fn length(&mut self, argument: &Argument) -> u64 {
        let length = match argument {
            Argument::List(items) => items.len(),
            Argument::Variable(name) => match self.variable(name.as_str()) {
                Some(Value::List(items)) => items.len(),
                _ => 1,
            },
            _ => 1,
        };
        u64::try_from(length).unwrap_or(u64::MAX)
    }

    fn variable(&mut self, name: &str) -> Option<&'a Value> {
        self.depends_on_variables = true;
        self.variables.get(name).or_else(|| {
            self.definitions
                .iter()
                .find(|definition| definition.node.name.node == name)
                .and_then(|definition| definition.node.default_value.as_ref())
                .map(|value| &value.node)
        })
    }
}
