//! A document that passed the guard.

use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::{
    Positioned, Variables,
    parser::{
        self, parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};

use super::{brackets, cost, cost_model::CostModel, limits, measure};
use crate::server::refusal::Refusal;

/// A parsed document within all limits that do not depend on variables.
pub struct Guarded {
    document: ExecutableDocument,
    variable_uses: usize,
    query_bytes: usize,
    /// The cost of the only operation, where no variable changes it.
    fixed_cost: Option<u64>,
    is_valid: AtomicBool,
}

/// What the doors know of the operation that is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationFacts {
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// The cost with the given variables.
    pub cost: u64,
}

impl Guarded {
    /// Parses and guards a document.
    ///
    /// # Errors
    /// Fails with LIMIT_EXCEEDED for a text that is too long, COST_EXCEEDED for a document
    /// that is too complex, BAD_FORMAT for one that is no GraphQL.
    pub fn parse(query: &str, model: &CostModel) -> Result<Self, Refusal> {
        at_most("queryBytes", limits::QUERY_BYTES, query.len())?;
        brackets::check(query)?;
        let document = parse_query(query).map_err(|error| syntax_error(&error))?;
        let variable_uses = measure::check(&document)?;
        let mut operations = document.operations.iter();
        let fixed_cost = match (operations.next(), operations.next()) {
            (Some((_, only)), None) => {
                let cost = cost::of(&document, &only.node, model, &Variables::default());
                (!cost.depends_on_variables).then_some(cost.total)
            }
            _ => None,
        };
        let is_valid = AtomicBool::new(false);
        Ok(Self { document, variable_uses, query_bytes: query.len(), fixed_cost, is_valid })
    }

    /// The document.
    pub fn document(&self) -> &ExecutableDocument {
        &self.document
    }

    /// Whether the document was found valid by the schema that it is kept for. What is left to
    /// look at is whether the values of the variables fit.
    pub fn is_valid(&self) -> bool {
        self.is_valid.load(Ordering::Relaxed)
    }

    /// Notes that the schema found the document valid.
    pub fn found_valid(&self) {
        self.is_valid.store(true, Ordering::Relaxed);
    }

    /// A guess of the memory that the parsed document holds, in bytes.
    pub fn memory(&self) -> usize {
        /// Measured on dense documents; sparse ones hold less.
        const BYTES_PER_BYTE_OF_TEXT: usize = 64;
        1_024 + self.query_bytes.saturating_mul(BYTES_PER_BYTE_OF_TEXT)
    }

    /// Finds the operation that is to run and guards it with its variables.
    ///
    /// # Errors
    /// Fails with VALIDATION_FAILED when no one operation is meant or a variable is
    /// missing, and with COST_EXCEEDED or LIMIT_EXCEEDED when it asks for too much.
    pub fn operation(
        &self,
        name: Option<&str>,
        variables: &Variables,
        variables_bytes: usize,
        model: &CostModel,
    ) -> Result<OperationFacts, Refusal> {
        let operation = &self.find(name)?.node;
        at_most(
            "variableExpansionBytes",
            limits::VARIABLE_EXPANSION_BYTES,
            variables_bytes.saturating_mul(self.variable_uses),
        )?;
        check_required(operation, variables)?;
        let cost = self
            .fixed_cost
            .unwrap_or_else(|| cost::of(&self.document, operation, model, variables).total);
        if cost > limits::COST {
            return Err(Refusal::limit("COST_EXCEEDED", "cost", limits::COST, cost));
        }
        Ok(OperationFacts { kind: operation.ty, cost })
    }

    fn find(&self, name: Option<&str>) -> Result<&Positioned<OperationDefinition>, Refusal> {
        let found = match (&self.document.operations, name) {
            (DocumentOperations::Single(only), None) => Ok(only),
            (DocumentOperations::Single(_), Some(name)) => Err(name),
            (DocumentOperations::Multiple(named), Some(name)) => named.get(name).ok_or(name),
            (DocumentOperations::Multiple(named), None) => {
                let mut operations = named.values();
                match (operations.next(), operations.next()) {
                    (Some(only), None) => Ok(only),
                    _ => {
                        return Err(Refusal::request(
                            "VALIDATION_FAILED",
                            "The document has several operations; operationName says which is to run.",
                        ));
                    }
                }
            }
        };
        found.map_err(|name| {
            Refusal::request(
                "VALIDATION_FAILED",
                format!("The document has no operation named {name:?}."),
            )
        })
    }
}

/// A variable that must have a value has one. Whether it is of the right type, validation
/// says where the variable is used.
fn check_required(operation: &OperationDefinition, variables: &Variables) -> Result<(), Refusal> {
    for definition in &operation.variable_definitions {
        let variable = &definition.node;
        let name = variable.name.node.as_str();
        let is_null = match variables.get(name) {
            Some(value) => *value == async_graphql::Value::Null,
            None => variable.default_value.is_none(),
        };
        if is_null && !variable.var_type.node.nullable {
            return Err(Refusal {
                locations: vec![definition.pos],
                ..Refusal::request(
                    "VALIDATION_FAILED",
                    format!(
                        "The variable ${name} of type {} needs a value.",
                        variable.var_type.node
                    ),
                )
            });
        }
    }
    Ok(())
}

/// Refuses a text that is too long.
///
/// # Errors
/// Fails with LIMIT_EXCEEDED.
pub fn at_most(what: &'static str, limit: usize, actual: usize) -> Result<(), Refusal> {
    if actual <= limit {
        return Ok(());
    }
    Err(Refusal::limit("LIMIT_EXCEEDED", what, limit as u64, actual as u64))
}

/// The parser draws a picture of the place, with the whole line; one sentence is enough.
fn syntax_error(error: &parser::Error) -> Refusal {
    let message = match error {
        parser::Error::Syntax { message, start, .. } => {
            let expected = message
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("= "))
                .next_back()
                .unwrap_or("unexpected text");
            format!("Syntax error at line {}, column {}: {expected}.", start.line, start.column)
        }
        other => format!("Syntax error: {other}."),
    };
    Refusal { locations: error.positions().collect(), ..Refusal::request("BAD_FORMAT", message) }
}
