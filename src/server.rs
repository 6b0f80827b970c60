//! The doors: how a request from the network becomes an answer (design, section 7).
//!
//! - [`engine`]: what the doors ask of the rest of the server, and nothing more.
//! - [`http`]: GraphQL over HTTP, from the first header to the last byte of the answer.
//! - [`guard`]: what a document may cost before anything of it runs.
//! - [`documents`]: parsed and guarded documents, kept for the next time.
//! - [`budget`]: how much a person and a tenant may ask for over time.
//! - [`refusal`]: a top-level error and the HTTP status that belongs to it.
//! - [`render`]: a response as JSON text.
//! - [`exports`], [`files`]: lists and files, in and out, piece by piece.
//! - [`callbacks`]: what providers tell by themselves.
//! - [`attachment`]: a file as an answer.
//! - [`page`], [`graphiql`], [`desk`]: the pages for people.
//! - [`health`], [`metrics`], [`shutdown`]: what operators look at.
//! - [`address`], [`headers`]: who is calling, and what a browser is told.
//! - [`door`], [`settings`], [`routes`], [`listen`]: the parts put together.

pub mod address;
pub mod attachment;
pub mod budget;
pub mod callbacks;
pub mod desk;
pub mod documents;
pub mod door;
pub mod engine;
pub mod exports;
pub mod files;
pub mod graphiql;
pub mod guard;
pub mod headers;
pub mod health;
pub mod http;
pub mod listen;
pub mod live;
pub mod metrics;
pub mod page;
pub mod refusal;
pub mod render;
pub mod routes;
pub mod settings;
pub mod shutdown;

pub use engine::{Caller, Engine, Incoming, Outgoing, Rejected, RequestFacts};
pub use listen::serve;
pub use routes::router;
pub use settings::ServerSettings;
