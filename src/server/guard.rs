//! What a document may cost before anything of it runs (design, section 7; spec 1.16).
//!
//! - [`brackets`]: a scan before parsing, because the parser recurses.
//! - [`limits`]: every number.
//! - [`measure`]: one pass over the document that visits each fragment once.
//! - [`cost_model`], [`cost`]: what an operation costs, by the schema.
//! - [`guarded`]: a document that passed.

pub mod brackets;
pub mod cost;
pub mod cost_model;
pub mod guarded;
pub mod limits;
pub mod measure;

pub use cost_model::CostModel;
pub use guarded::{Guarded, OperationFacts};

#[cfg(test)]
mod tests;
