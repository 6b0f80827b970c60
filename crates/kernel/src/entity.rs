//! Entities are data: one static table of columns and relations per entity, and ordinary
//! non-generic code over it that writes SQL, renders answers and checks permissions.
//!
//! A query below a module's root runs breadth-first: every level of the selection is one
//! statement per relation, whatever the number of parents, and rows are rendered straight
//! from PostgreSQL's binary format into the JSON of the answer.

mod actions;
pub mod aggregate;
mod bound;
pub mod cell;
pub mod cursor;
pub mod execute;
pub mod execute_connection;
pub mod filter;
pub mod global_id;
pub mod metadata;
pub mod object;
pub mod order;
pub mod page;
pub mod plan;
pub mod registry;
pub mod render;
pub mod row;
pub mod selection;
pub mod sql;
mod statements;

pub use cell::{Cell, decode};
pub use global_id::{GlobalId, Id, KeyType};
pub use metadata::{
    Column, ColumnOf, Entity, EnumMeta, EnumValue, Kind, Lookup, Meta, Period, Relation,
    RelationKind, Set,
};
pub use row::Row;
pub use sql::{Bind, Sql};
