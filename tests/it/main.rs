//! Everything that is tested against a real PostgreSQL, one file per sentence of the rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod audit;
mod audits;
mod checkout;
mod client;
mod contract;
mod demo;
mod doors;
mod faults;
mod findings;
mod hangups;
mod idempotency;
mod isolation;
mod lists;
mod login;
mod machines;
mod migrations;
mod money_walk;
mod passwords;
mod payments;
mod permissions;
mod program;
mod races;
mod refunds;
mod server;
mod sessions;
mod shop;
mod sight;
mod statements;
mod support;
mod till;
mod world;
