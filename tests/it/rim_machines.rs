//! The status machines of the lender: who can make which move from which state, what it leaves
//! behind, and what is refused.

mod causes;
mod desk;
mod effects;
mod lending;
mod matrix;
mod messages;
mod obstacles;
mod people;
mod subject;
mod system;
mod table;
