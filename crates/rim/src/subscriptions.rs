//! What can be listened to at the desk (spec 5.7).

use bizgraph_kernel::entity::Entity;
use bizgraph_kernel::subscription::{RelatedRow, Subscription};

use crate::chat_message::ChatMessage;
use crate::support_agent::SupportAgent;
use crate::ticket::Ticket;
use crate::ticket_presence::TicketPresence;
use crate::ticket_sla_clock::TicketSlaClock;

// What an event of a ticket may speak of. Whoever may not see that row does not hear of the
// event: so no customer learns of a note among agents, or of a clock.

const CHAT_MESSAGE: RelatedRow = RelatedRow {
    field: "chatMessage",
    doc: "The message that was written, edited or read, where it is about one.",
    entity: || ChatMessage::META,
};

const SLA_CLOCK: RelatedRow = RelatedRow {
    field: "ticketSlaClock",
    doc: "The promise that runs out or was broken, where it is about one.",
    entity: || TicketSlaClock::META,
};

const PRESENCE: RelatedRow = RelatedRow {
    field: "ticketPresence",
    doc: "Who looks or types, where it is about that.",
    entity: || TicketPresence::META,
};

/// One conversation, for both of its sides.
static TICKET_EVENTS: Subscription = Subscription {
    name: "rimTicketEvents",
    doc: "Everything that happens to one ticket: messages, moves, assignments, promises, and who \
          looks or types at the moment.",
    permission: "rim.ticket.read",
    entity: || Ticket::META,
    event_type: "RimTicketEvent",
    row: Some(("ticketId", true)),
    filtered: false,
    resumes: true,
    signals: true,
    scope: None,
    related: &[CHAT_MESSAGE, SLA_CLOCK, PRESENCE],
};

/// The queue, for agents.
static TICKET_QUEUE: Subscription = Subscription {
    name: "rimTicketQueue",
    doc: "What happens to all tickets that meet a filter, for agents: new ones, messages, moves, \
          assignments, promises.",
    permission: "rim.ticket.transition:assign",
    entity: || Ticket::META,
    event_type: "RimTicketQueueEvent",
    row: None,
    filtered: true,
    resumes: true,
    signals: false,
    scope: None,
    related: &[CHAT_MESSAGE, SLA_CLOCK],
};

/// A customer's own tickets.
static MY_TICKETS: Subscription = Subscription {
    name: "rimMyTickets",
    doc: "What happens to the tickets of the customer who listens.",
    permission: "rim.ticket.read",
    entity: || Ticket::META,
    event_type: "RimMyTicketEvent",
    row: None,
    filtered: false,
    resumes: true,
    signals: false,
    scope: Some("own"),
    related: &[CHAT_MESSAGE, SLA_CLOCK],
};

/// Who is there.
static AGENT_PRESENCE: Subscription = Subscription {
    name: "rimAgentPresence",
    doc: "Which agents come, go, fill up and have room again, from now on; read the agents first, \
          since nothing of it is told later.",
    permission: "rim.support_agent.read",
    entity: || SupportAgent::META,
    event_type: "RimAgentPresenceEvent",
    row: None,
    filtered: false,
    resumes: false,
    signals: true,
    scope: None,
    related: &[],
};

/// Every subscription of the module.
pub static SUBSCRIPTIONS: &[&Subscription] =
    &[&TICKET_EVENTS, &TICKET_QUEUE, &MY_TICKETS, &AGENT_PRESENCE];
