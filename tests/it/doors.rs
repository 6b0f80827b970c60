//! What comes in at the door from callers who are careless or hostile (issue 2, section 4):
//! each gets its typed error, and the server is none the worse.

pub mod attacks;
mod http;
mod limits;
