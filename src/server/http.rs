//! GraphQL over HTTP.
//!
//! - [`negotiation`]: which media type the answer has.
//! - [`body`]: the bytes of a request, under a limit.
//! - [`parameters`]: what they ask for.
//! - [`exchange`]: the walk of one request.
//! - [`reply`]: the answer.

pub mod body;
pub mod exchange;
pub mod negotiation;
pub mod parameters;
pub mod reply;

pub use exchange::graphql;

#[cfg(test)]
mod tests;
