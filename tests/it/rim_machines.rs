//! The status machines of the lender: who can make which move from which state, what it leaves
//! behind, and what is refused.

mod desk;
mod matrix;
mod subject;
mod table;
