//! What a customer asks for help with (spec 5.7).

pub mod accept;
pub mod assign;
mod assignment;
pub mod close;
pub mod confirm;
pub mod create;
mod ending;
pub mod escalate;
pub mod hold;
pub mod machine;
pub mod messages;
pub mod news;
mod opening;
pub mod reopen;
pub mod resolve;
pub mod status;
pub mod take;
mod text;
pub mod update;
pub mod waiting;

pub use status::{TicketCategory, TicketPriority, TicketStatus};

use bizgraph_kernel::Entity;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::admin_user::AdminUser;
use crate::department::Department;
use crate::support_agent::SupportAgent;
use crate::user::User;

/// What a customer asks for help with.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = tickets, permission = "rim.ticket",
    default_order = created_at desc, machine = crate::ticket::machine::MACHINE)]
#[has_many(
    messages: crate::chat_message::ChatMessage by ticket_id "What was written.",
    histories: crate::ticket_history::TicketHistory by ticket_id "What was done.",
    sla_clocks: crate::ticket_sla_clock::TicketSlaClock by ticket_id
        "What was promised, and what was kept; one row.",
    presences: crate::ticket_presence::TicketPresence by ticket_id
        "Who looks at it or types, and did a moment ago.",
    duplicates: Ticket by duplicate_of_id "Tickets that repeat this one.",
    followed_by: Ticket by previous_ticket_id "Tickets that go on from this one."
)]
#[lookup(ticketByNumber = ticket_number)]
#[scope(
    own = "{t}.customer_id = {actor}",
    assigned = "EXISTS (SELECT 1 FROM support_agents a WHERE a.id = {t}.assigned_to \
                AND a.admin_user_id = {actor})",
    target = "EXISTS (SELECT 1 FROM support_agents a WHERE a.admin_user_id = {actor} \
              AND (a.id = {t}.escalated_to OR {t}.escalated_to IS NULL AND a.tier >= {t}.tier))",
    own_department = "EXISTS (SELECT 1 FROM support_agents a \
                      WHERE a.department_id = {t}.department_id AND a.admin_user_id = {actor})"
)]
pub struct Ticket {
    pub id: Uuid,
    /// Business number, such as `TCK-2026-000001`.
    #[entity(filter, order)]
    pub ticket_number: String,
    /// Who asks.
    #[entity(belongs_to = customer: User, filter)]
    pub customer_id: Uuid,
    /// The customer's name, or the phone number; it follows the customer until it is closed.
    #[entity(personal)]
    pub customer_name: String,
    /// The customer's phone number; it follows the customer until it is closed.
    #[entity(sensitive = "rim.user.read_sensitive", personal)]
    pub customer_phone: String,
    /// The customer's email address; it follows the customer until it is closed.
    #[entity(sensitive = "rim.user.read_sensitive", personal)]
    pub customer_email: String,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about.
    pub description: String,
    /// What kind of question.
    #[entity(filter)]
    pub category: TicketCategory,
    /// How soon it has to be answered.
    #[entity(filter)]
    pub priority: TicketPriority,
    /// Where it stands.
    #[entity(filter)]
    pub status: TicketStatus,
    /// The tier of agents that it is with: 1, 2 or 3.
    #[entity(filter)]
    pub tier: i32,
    /// The agent who has it.
    #[entity(belongs_to = assignee: SupportAgent, filter)]
    pub assigned_to: Option<Uuid>,
    /// Name of that agent.
    pub assigned_to_name: Option<String>,
    /// The desk that has it; without an agent, its agents take from it.
    #[entity(belongs_to = department: Department, filter)]
    pub department_id: Option<Uuid>,
    /// The agent whom it was passed up to.
    #[entity(belongs_to = escalation_target: SupportAgent, filter)]
    pub escalated_to: Option<Uuid>,
    /// Name of that agent.
    pub escalated_to_name: Option<String>,
    /// What was done about it.
    pub resolution: Option<String>,
    /// When it was resolved.
    #[entity(filter, order)]
    pub resolved_at: Option<DateTime<Utc>>,
    /// Who resolved it.
    #[entity(belongs_to = resolver: AdminUser, filter)]
    pub resolved_by: Option<Uuid>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was closed without an answer.
    pub close_reason: Option<String>,
    /// The ticket that this one repeats.
    #[entity(belongs_to = duplicate_of: Ticket, filter)]
    pub duplicate_of_id: Option<Uuid>,
    /// The closed ticket that this one goes on from.
    #[entity(belongs_to = previous_ticket: Ticket, filter)]
    pub previous_ticket_id: Option<Uuid>,
    /// How often it was reopened.
    pub reopen_count: i32,
    /// The next word is the customer's.
    #[entity(filter)]
    pub waiting_on_customer: bool,
    /// When something was written last; notes among agents do not count.
    #[entity(filter, order)]
    pub last_message_at: Option<DateTime<Utc>>,
    /// How much was written; notes among agents do not count.
    pub message_count: i32,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Who entered it for the customer; empty when the customer asked.
    #[entity(belongs_to = creator: AdminUser, filter)]
    pub created_by: Option<Uuid>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was opened.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// What leads of the support hold.
const LEAD: &str = "rim.ticket.lead";
