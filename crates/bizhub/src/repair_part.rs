//! Parts of a repair: bulk items that it uses. They leave the stock when the repair is finished
//! (spec 6.10).

pub mod add;
pub mod remove;
mod stock;

pub use stock::{back_to_repair, drop_unused, of_ticket, recount, take_out, to_bill};

use bizgraph_kernel::Entity;
use bizgraph_kernel::money::Money;
use chrono::{DateTime, Utc};

use crate::bulk_stock::BulkStock;
use crate::repair_ticket::RepairTicket;
use crate::user::User;

/// So many of a bulk item that a repair uses.
#[derive(Entity, Clone, Debug)]
#[entity(table = repair_parts, module = "bizhub", permission = "bizhub.repair_part",
    default_order = id, money)]
pub struct RepairPart {
    pub id: i32,
    /// The ticket.
    #[entity(belongs_to = repair_ticket: RepairTicket, filter)]
    pub repair_ticket_id: i32,
    /// The item.
    #[entity(belongs_to = bulk_stock: BulkStock, filter)]
    pub bulk_stock_id: i32,
    /// How many.
    pub quantity: i32,
    /// What one cost the shop: as of the day it was put on the ticket, then as of the day it left
    /// the stock.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub unit_cost: Money,
    /// What a customer pays for one; the item's price on the day it was put on the ticket.
    pub unit_price: Option<Money>,
    /// When they left the stock; null while they are in it.
    pub used_at: Option<DateTime<Utc>>,
    /// Who put it on the ticket.
    #[entity(belongs_to = adder: User, filter)]
    pub added_by: Option<i32>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was put on the ticket.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
