//! What takes tables out of the database.

use bytes::Bytes;
use futures_util::stream::BoxStream;

/// What to dump.
#[derive(Clone, Debug)]
pub struct DumpOrder {
    /// The role to read as.
    pub role: String,
    pub schema: String,
    /// A snapshot that another connection holds open, which is what is dumped.
    pub snapshot: String,
    /// The server's version as a number, such as 150014.
    pub server_version: i32,
    /// Only the rows of these tables and counters; `None` for the whole schema.
    pub only: Option<Vec<String>>,
}

/// Why nothing was dumped.
#[derive(Debug, thiserror::Error)]
pub enum DumpFault {
    /// The tool is not there.
    #[error(
        "{0} cannot be run ({1}): install PostgreSQL's client programs, or name the program in \
         BIZGRAPH_PG_DUMP"
    )]
    Missing(String, std::io::Error),
    /// The tool is older than the database.
    #[error(
        "{program} is of PostgreSQL {tool} and cannot dump the database, which is of PostgreSQL \
         {server}: install postgresql-client-{server}, or name its pg_dump in BIZGRAPH_PG_DUMP"
    )]
    TooOld { program: String, tool: i32, server: i32 },
    /// The tool gave up; what it said.
    #[error("{0} failed: {1}")]
    Failed(String, String),
    /// The tool cannot be understood.
    #[error("{0} broke off: {1}")]
    Broken(String, std::io::Error),
    /// There is none.
    #[error("this server makes no backups: it knows no program that dumps its database")]
    None,
}

/// A tool that dumps a schema, as a stream that ends with an error unless it is whole.
pub trait Dump: Send + Sync {
    /// Dumps as SQL, packed by gzip.
    fn dump(&self, order: DumpOrder) -> BoxStream<'static, Result<Bytes, DumpFault>>;
}

/// No tool at all.
pub(crate) struct NoDump;

impl Dump for NoDump {
    fn dump(&self, _order: DumpOrder) -> BoxStream<'static, Result<Bytes, DumpFault>> {
        Box::pin(futures_util::stream::iter([Err(DumpFault::None)]))
    }
}
