//! Subscriptions: over sockets and server-sent events, resumed, across servers, revoked.

mod ends;
mod order;
mod protocol;
pub mod socket;
mod sse;
mod streams;
