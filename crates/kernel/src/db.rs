//! The database: pools, read sessions, write transactions, migrations.

pub mod catalogue;
pub mod dependants;
pub mod fault;
pub mod migrate;
mod places;
pub mod pool;
pub mod provision;
mod read_pool;
pub mod session;
mod shapes;
pub mod tx;
pub mod tx_write;
mod wire;
pub(crate) mod writers;

pub use dependants::Dependants;
pub use fault::Fault;
pub use pool::{Database, PoolSizes};
pub use session::Session;
pub use tx::Tx;
