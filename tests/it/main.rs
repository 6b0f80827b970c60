//! Everything that is tested against a real PostgreSQL, one file per sentence of the rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod audit;
mod audits;
mod browser;
mod calendar;
mod checkout;
mod client;
mod cluster;
mod contract;
mod costs;
mod day_of_a_lender;
mod day_of_a_shop;
mod demo;
mod desk_page;
mod direct;
mod doors;
mod drawer;
mod examples;
mod exports;
mod faults;
mod files;
mod findings;
mod graphiql_page;
mod hangups;
mod history;
mod idempotency;
mod import;
mod isolation;
mod jobs;
mod lists;
mod live;
mod login;
mod machines;
mod matrix;
mod migrations;
mod money_walk;
mod notifications;
mod papers;
mod passwords;
mod payments;
mod period_lock;
mod permissions;
mod personal_data;
mod preorders;
mod program;
mod races;
mod random_walk;
mod refunds;
mod repairs;
mod reports;
mod rim;
mod rim_backups;
mod rim_conversations;
mod rim_desk;
mod rim_import;
mod rim_loans;
mod rim_machines;
mod rim_messages;
mod rim_reports;
mod rim_streams;
mod rim_telecom;
mod seals;
mod security;
mod server;
mod sessions;
mod shop;
mod sight;
mod statements;
mod support;
mod till;
mod verification;
mod warranties;
mod world;
