//! Who writes a table now. Whoever draws a number for a row holds its table for writing before and
//! until the end of the transaction, so once all that did at a moment have ended, no number that
//! was drawn before that moment can still come.

use std::collections::HashSet;

use crate::db::Fault;
use crate::entity::decode;
use crate::entity::row::Row;
use crate::entity::sql::{Bind, Sql};

/// The transactions that write a table of the tenant, as PostgreSQL tells of its locks.
pub(crate) fn of(table: &str) -> Sql {
    let mut sql = Sql::new(
        "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' \
         AND mode = 'RowExclusiveLock' \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND relation = to_regclass(",
    );
    sql.bind(Bind::Text(Some(table.to_owned()))).push(")");
    sql
}

/// Their names, by which they are known again.
///
/// # Errors
/// When an answer is not what was asked for.
pub(crate) fn named(rows: &[Row]) -> Result<HashSet<String>, Fault> {
    rows.iter().map(|row| decode(row, 0)).collect()
}
