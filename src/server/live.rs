//! Operations that answer more than once, over WebSockets and server-sent events.
//!
//! - [`operation`]: one operation from its parameters to the stream of its answers.
//! - `root_field`: the one field that a subscription has.
//! - [`message`]: the messages of graphql-transport-ws.
//! - [`upgrade`]: from an HTTP request to a socket.
//! - [`socket`]: the protocol of one socket.
//! - [`sse`]: the same as server-sent events.

pub mod message;
pub mod operation;
pub mod operations;
mod root_field;
pub mod socket;
pub mod sse;
pub mod upgrade;

pub use sse::{events, stream};
pub use upgrade::{is_socket, open};
