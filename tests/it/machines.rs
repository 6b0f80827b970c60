//! The state machines of assets, invoices, refunds and what follows them: who can make which move from which
//! state, what it leaves behind, and what is refused.

mod after_sales;
mod asset_guards;
mod asset_life;
mod asset_place;
mod automatic;
mod bulk_adjustment;
mod drawer;
mod four_eyes;
mod matrix;
mod obstacles;
mod repeated;
mod subject;
mod table;
