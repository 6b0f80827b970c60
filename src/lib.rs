//! bizgraph: one GraphQL server for several businesses.
//!
//! - [`bizgraph_kernel`]: what every module stands on: tenants, sessions, entities as data,
//!   mutations, status machines, refusals, audit, events and exact money.
//! - [`bizgraph_bizhub`]: the refurbished electronics shop.
//! - [`bizgraph_rim`]: airtime loans and the support of who takes them.
//! - [`bizgraph_paper`]: documents set in type, as PDF.
//! - this crate: the command line, the schemas that stitch the modules together, the doors.

pub mod command_line;
pub mod config;
pub mod demo;
pub mod embedded;
pub mod engine;
pub mod http_provider;
pub mod schema;
pub mod server;
pub mod smtp;
