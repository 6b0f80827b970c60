//! Repair tickets: a device is diagnosed, waits for parts, is repaired and handed back, with
//! every step in its events (spec 6.10).

pub mod add_note;
pub mod assign;
mod assignment;
pub mod bill;
pub mod close;
mod closing;
mod device;
pub mod finish;
pub mod machine;
pub mod message;
mod obstacle;
pub mod open;
mod opening;
pub mod reopen;
pub mod resume;
pub mod set_labor;
mod step;
pub mod work;

pub use assignment::{hand_over, open_of, repairer};
pub use bill::live_bill;
pub use closing::close_with_claim;
pub use device::{open_on, refuse_in_work, returned};
pub use opening::{ClaimTicket, open_for_claim};

use bizgraph_kernel::money::Money;
use bizgraph_kernel::{Entity, Words};
use chrono::{DateTime, NaiveDate, Utc};

use crate::asset::Asset;
use crate::customer::Customer;
use crate::invoice::Invoice;
use crate::user::User;
use crate::warranty_claim::WarrantyClaim;

/// Where a repair stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubRepairTicketStatus")]
pub enum RepairStatus {
    /// Taken in; nobody looked at it.
    Open,
    /// A technician looks for the fault.
    Diagnosing,
    /// Goes on when parts are there.
    #[word("Waiting for Parts")]
    WaitingForParts,
    /// Being repaired.
    #[word("In Repair")]
    InRepair,
    /// Done with; waits to be handed back.
    Ready,
    /// Handed back.
    Closed,
}

/// How a repair ended.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "BizhubRepairTicketOutcome")]
pub enum RepairOutcome {
    /// It works again.
    Repaired,
    /// The customer has another device.
    Replaced,
    /// The customer has the money back.
    Refunded,
    /// It could not be repaired, or was not to be.
    Unable,
}

/// One repair, from the counter to the bench and back.
#[derive(Entity, Clone, Debug)]
#[entity(table = repair_tickets, module = "bizhub", permission = "bizhub.repair_ticket",
    default_order = id desc, money, machine = crate::repair_ticket::machine::MACHINE)]
#[has_many(
    events: crate::repair_event::RepairEvent by repair_ticket_id "What happened to it.",
    parts: crate::repair_part::RepairPart by repair_ticket_id "Bulk items that it uses."
)]
#[lookup(repairTicketByNumber = ticket_number)]
#[scope(assigned = "{t}.assigned_to = {actor}")]
#[period(opened_date, keeps())]
#[period(closed_date, keeps(outcome, labor_cost, parts_cost), undone = "Open")]
pub struct RepairTicket {
    pub id: i32,
    /// `TKT-000042`.
    #[entity(filter, order)]
    pub ticket_number: String,
    /// Whose device it is; null for the shop's own.
    #[entity(belongs_to = customer: Customer, filter)]
    pub customer_id: Option<i32>,
    /// The device, if the shop knows it.
    #[entity(belongs_to = asset: Asset, filter)]
    pub asset_id: Option<i32>,
    /// The kind of repair, such as Screen Repair.
    pub issue_type: String,
    /// What is wrong.
    pub issue_description: String,
    /// Where it stands.
    #[entity(filter)]
    pub status: RepairStatus,
    /// Who repairs.
    #[entity(belongs_to = technician: User, filter)]
    pub assigned_to: Option<i32>,
    /// Name of who repairs.
    #[entity(sql = "SELECT u.full_name FROM users u WHERE u.id = {t}.assigned_to")]
    pub assigned_to_name: Option<String>,
    /// The day on which it was taken in.
    #[entity(filter, order)]
    pub opened_date: NaiveDate,
    /// The day on which it was closed.
    #[entity(filter, order)]
    pub closed_date: Option<NaiveDate>,
    /// How it ended; known before it is closed where it was found that it cannot be repaired.
    #[entity(filter)]
    pub outcome: Option<RepairOutcome>,
    /// What was done.
    pub resolution_notes: Option<String>,
    /// What the work on it is worth; billed to the customer where the ticket is billable.
    pub labor_cost: Money,
    /// What the parts cost the shop.
    #[entity(sensitive = "bizhub.cost.read_sensitive")]
    pub parts_cost: Money,
    /// Labour and parts.
    #[entity(sensitive = "bizhub.cost.read_sensitive", generated)]
    pub total_cost: Money,
    /// What the customer pays for it before tax: labour and the price of the parts.
    #[entity(sql = "CASE WHEN {t}.billable THEN {t}.labor_cost + (SELECT \
        COALESCE(sum(p.quantity * p.unit_price), 0.00) FROM repair_parts p \
        WHERE p.repair_ticket_id = {t}.id) ELSE 0.00 END")]
    pub charge: Money,
    /// Whether the customer pays; false for the shop's own devices and under warranty.
    #[entity(filter)]
    pub billable: bool,
    /// The bill.
    #[entity(belongs_to = invoice: Invoice, filter)]
    pub invoice_id: Option<i32>,
    /// The warranty claim that it serves.
    #[entity(belongs_to = warranty_claim: WarrantyClaim, filter)]
    pub warranty_claim_id: Option<i32>,
    /// Remarks, such as why somebody else brings a device than bought it.
    pub notes: Option<String>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was opened.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
