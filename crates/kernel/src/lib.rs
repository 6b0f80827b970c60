//! The kernel that every module stands on: tenants, sessions, entities as data, mutations,
//! status machines, refusals, audit, events and exact money. It knows no business.

// Generated code names this crate, also inside it.
extern crate self as bizgraph_kernel;

pub mod actor;
pub mod approval;
pub mod aside;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod business_calendar;
pub mod calendar_holiday;
pub mod callback;
pub mod cipher;
pub mod clock;
pub mod db;
pub mod document;
pub mod entity;
pub mod events;
pub mod export;
pub mod hexadecimal;
pub mod idempotency;
pub mod import;
pub mod input;
pub mod job;
pub mod kept_role;
pub mod kernel;
pub mod live;
pub mod machine;
pub mod module;
pub mod money;
pub mod mutation;
pub mod network;
pub mod notification;
pub mod number_series;
pub mod period_lock;
pub mod policy;
pub mod provider;
pub mod refusal;
pub mod report;
pub mod scalars;
pub mod schema;
pub mod setting;
pub mod signed_link;
pub mod stored_file;
pub mod subscription;
pub mod tenant;
pub mod verify;

pub use bizgraph_entity_derive::{Entity, Refusal, Words};

/// What generated code names, so that a module needs no dependency of its own for it.
#[doc(hidden)]
pub mod generated {
    pub use async_graphql;
    pub use diesel;
    pub use serde_json;
}
