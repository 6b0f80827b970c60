//! The command line: one file a command, and what they share.
//!
//! - `program`: the commands, and how a failure is told.
//! - `running_database`: the private cluster or the server that `DATABASE_URL` names.
//! - `shipped_tenants`, `set_up`: what every start brings up to date.
//! - `person`: the people that `user` and `token` speak of.
//! - `refused`: a rule's no, told at the terminal.
//! - `demo`: the demo world, loaded with a progress bar.
//! - `welcome`: what is printed once the server is ready.
//! - `logging`, `output`: where log lines and answers go.

mod audit;
mod backup;
mod demo;
mod import;
mod jobs;
mod key;
mod logging;
mod migrate;
mod output;
mod person;
mod personal_data;
mod program;
mod refused;
mod running_database;
mod serve;
mod set_up;
mod shipped_tenants;
mod support;
mod tenant;
mod token;
mod user;
mod verify;
mod welcome;

pub use program::run;
pub use refused::refused;
pub use shipped_tenants::shipped_tenants;
