//! What the server does by itself (spec 1.12), one test a sentence.

mod asked;
mod backups;
mod leases;
mod pruning;
mod runs;
mod scheduler;
mod shop;
