//! The private PostgreSQL cluster of `make run` and of the tests.

mod cluster;
mod cluster_error;
mod ownership;
mod postmaster;
mod profile;
mod programs;

pub use cluster::Cluster;
pub use cluster_error::ClusterError;
pub use profile::Profile;
pub use programs::dump_program;
