//! Airtime by the telecoms (spec 5.5): what is asked of them and how their answers are read, the
//! call itself, and the jobs that ask again where an answer is owed.

pub mod airtime;
pub mod conclude;
pub mod jobs;
pub mod send;
