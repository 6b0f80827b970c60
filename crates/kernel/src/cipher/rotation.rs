//! A change of keys.

/// A column of a tenant's table that holds secrets in envelopes.
pub struct SealedColumn {
    pub table: &'static str,
    pub column: &'static str,
}
