//! Everything that is tested against a real PostgreSQL, one file per sentence of the rules.

mod contract;
mod isolation;
mod lists;
mod migrations;
mod permissions;
mod shop;
mod statements;
mod world;
