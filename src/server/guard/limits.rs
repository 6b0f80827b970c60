//! The limits of the guard (design, section 7; spec 1.16).

/// The length of a document, in bytes.
pub const QUERY_BYTES: usize = 64 * 1_024;
/// The length of the variables as JSON, in bytes.
pub const VARIABLES_BYTES: usize = 256 * 1_024;
/// The length of a request's body, in bytes.
pub const BODY_BYTES: usize = 1_024 * 1_024;
/// Brackets of any kind, one inside the other.
pub const BRACKETS: u32 = 64;
/// Fields, one inside the other.
pub const DEPTH: u32 = 15;
/// Selection sets, one inside the other, those of fragments included. The executor's own
/// limit is the same.
pub const NESTING: u32 = 32;
/// Selections of one operation with all fragments written out.
pub const SELECTIONS: u32 = 2_000;
/// Selections of all operations and fragments together, because validation reads them all.
pub const DOCUMENT_SELECTIONS: u32 = 10_000;
/// Aliases of one operation.
pub const ALIASES: u32 = 50;
/// Fields at the root of one operation.
pub const ROOT_FIELDS: u32 = 20;
/// Directives of one operation.
pub const DIRECTIVES: u32 = 50;
/// Selections below `__schema` and `__type`.
pub const INTROSPECTION_SELECTIONS: u32 = 500;
/// Fields below `__schema` and `__type`, one inside the other.
pub const INTROSPECTION_DEPTH: u32 = 20;
/// Lists of types or fields below `__schema` and `__type`, one inside the other: each
/// multiplies the answer by the width of the schema.
pub const INTROSPECTION_LISTS: u32 = 2;
/// Bytes that validation reads when it puts the variables into each place that names one.
pub const VARIABLE_EXPANSION_BYTES: usize = 8 * 1_024 * 1_024;
/// The cost of one operation (spec 1.16).
pub const COST: u64 = 5_000;
/// The rows of a page where the document names no size (design, section 6).
pub const DEFAULT_PAGE: u64 = 25;
