//! The tables as diesel sees them, by what they are about. Rules read one table at a time with
//! these; what joins tables is SQL beside its entity or report.

mod after_sales;
mod people;
mod sales;
mod stock;

pub use after_sales::*;
pub use people::*;
pub use sales::*;
pub use stock::*;
