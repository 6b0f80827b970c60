//! What can be listened to in the shop.

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::subscription::Subscription;

use crate::repair_ticket::RepairTicket;

/// Repairs as they go on, for the bench and the counter.
static REPAIR_TICKET_EVENTS: Subscription = Subscription {
    name: "bizhubRepairTicketEvents",
    doc: "Everything that happens to repair tickets, or to one of them: opened, assigned, moved on, \
          noted, billed, closed.",
    permission: "bizhub.repair_ticket.read",
    entity: || RepairTicket::META,
    event_type: "BizhubRepairTicketEvent",
    row: Some(("ticketId", false)),
    filtered: true,
    resumes: true,
    signals: false,
    scope: None,
    related: &[],
};

/// Every subscription of the module.
pub static SUBSCRIPTIONS: &[&Subscription] = &[&REPAIR_TICKET_EVENTS];
