//! The history of every bulk item's quantity and place: the quantity is the sum of its rows
//! (spec 6.4).

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, Utc};

/// Why the quantity or the place of a bulk item changed.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubBulkStockMovementType")]
pub enum MovementType {
    /// Came in from a supplier.
    Receive,
    /// Counted, lost, found or broken.
    Adjust,
    /// Left with a paid invoice.
    Sale,
    /// Came back with a refund.
    Return,
    /// Used in a repair.
    #[word("Repair Use")]
    RepairUse,
    /// Brought to another place.
    Transfer,
}

/// One change of a bulk item's quantity or place.
#[derive(Entity, Clone, Debug)]
#[entity(table = bulk_stock_movements, module = "bizhub",
    permission = "bizhub.bulk_stock_movement", default_order = created_at desc, money)]
pub struct BulkStockMovement {
    pub id: i32,
    /// The item that changed.
    #[entity(belongs_to = bulk_stock: crate::bulk_stock::BulkStock, filter)]
    pub bulk_stock_id: i32,
    /// What happened.
    #[entity(filter, order)]
    pub movement_type: MovementType,
    /// Pieces that came, or below zero that went; zero for a transfer.
    pub quantity_change: i32,
    /// Pieces there were afterwards.
    pub quantity_after: i32,
    /// What a piece cost, in the tenant's currency.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub unit_cost: Option<Money>,
    /// Where they lay before.
    #[entity(belongs_to = from_location: crate::location::Location, filter)]
    pub from_location_id: Option<i32>,
    /// Where they lie since.
    #[entity(belongs_to = to_location: crate::location::Location, filter)]
    pub to_location_id: Option<i32>,
    /// The invoice that sold them or gave them back.
    #[entity(belongs_to = invoice: crate::invoice::Invoice, filter)]
    pub invoice_id: Option<i32>,
    /// The repair ticket that used them or gave them back.
    #[entity(belongs_to = repair_ticket: crate::repair_ticket::RepairTicket, filter)]
    pub repair_ticket_id: Option<i32>,
    /// Why it changed.
    pub reason: Option<String>,
    /// Who changed it; nothing for the server's own work.
    #[entity(belongs_to = mover: crate::user::User, filter)]
    pub moved_by: Option<i32>,
    /// Name of whoever changed it.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.moved_by")]
    pub moved_by_name: Option<String>,
    /// When it changed.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
}
