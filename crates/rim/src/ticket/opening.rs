//! A ticket begins (spec 5.7): it goes to the desk of its category and there to the agent who is
//! next; what is promised starts to count; the description is its first message.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Sql};
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

use super::{Ticket, TicketCategory, TicketPriority};
use crate::admin_user::acting;
use crate::chat_message::ChatMessage;
use crate::chat_message::write::{Draft, write};
use crate::department::Department;
use crate::series;
use crate::support_agent::{choice, workload};
use crate::system_config::keys;
use crate::ticket_history::{Entry, record};
use crate::ticket_sla_clock::start;
use crate::user::User;

/// What a new ticket is about.
pub struct Opening<'a> {
    /// Who asks, locked.
    pub customer: &'a User,
    pub subject: String,
    pub description: String,
    pub category: TicketCategory,
    pub priority: TicketPriority,
    pub tags: Vec<String>,
    /// The closed ticket that it goes on from.
    pub previous: Option<Uuid>,
}

/// Begins a ticket and answers it with its first message.
pub async fn open(tx: &mut Tx, opening: Opening<'_>) -> Rule<(Ticket, ChatMessage)> {
    let desk = desk_of(tx, opening.category).await?;
    let mut colleagues = Sql::new("t.department_id = ");
    colleagues.bind(Bind::Uuid(desk.as_ref().map(|desk| desk.id)));
    let agents = workload::lock(tx, colleagues).await?;
    let agent = choice::next(&agents);
    let customer = opening.customer;
    let tier = agent.map(|agent| agent.tier).or(desk.as_ref().map(|desk| desk.tier));
    let number = tx.draw_number(&series::TICKET).await?;
    let ticket: Ticket = tx
        .insert(vec![
            Ticket::TICKET_NUMBER.to(number),
            Ticket::CUSTOMER_ID.to(customer.id),
            Ticket::CUSTOMER_NAME.to(customer.display_name()),
            Ticket::CUSTOMER_PHONE.to(customer.phone.clone()),
            Ticket::CUSTOMER_EMAIL.to(customer.email.clone()),
            Ticket::SUBJECT.to(opening.subject),
            Ticket::DESCRIPTION.to(opening.description.clone()),
            Ticket::CATEGORY.to(opening.category),
            Ticket::PRIORITY.to(opening.priority),
            Ticket::TIER.to(tier.unwrap_or(1)),
            Ticket::ASSIGNED_TO.to(agent.map(|agent| agent.id)),
            Ticket::ASSIGNED_TO_NAME.to(agent.map(|agent| agent.name.clone())),
            Ticket::DEPARTMENT_ID.to(desk.map(|desk| desk.id)),
            Ticket::PREVIOUS_TICKET_ID.to(opening.previous),
            Ticket::MESSAGE_COUNT.to(1),
            Ticket::LAST_MESSAGE_AT.to(Some(tx.now)),
            Ticket::TAGS.to(opening.tags),
            Ticket::CREATED_BY.to(acting(tx)),
        ])
        .await?;
    let draft = Draft { text: opening.description, internal: false };
    let message = write(tx, &ticket, draft).await?;
    start::start(tx, &ticket, None).await?;
    record(tx, Entry::moved("create", None, &ticket)).await?;
    if let Some(agent) = agent {
        workload::gain(tx, agent).await?;
        tx.announce(Ticket::META, "assign", &ticket.key());
        record(tx, Entry::noted("assign", &ticket).details(&agent.name).by_the_server()).await?;
    }
    Ok((ticket, message))
}

/// The desk that answers a category: the one that the tenant maps it to, else the first of the
/// lowest tier.
async fn desk_of(tx: &mut Tx, category: TicketCategory) -> Rule<Option<Department>> {
    let mapped = keys::TICKETS_DEPARTMENT_BY_CATEGORY.json(tx).await?;
    let name = mapped.get(category.spelling()).and_then(|name| name.as_str());
    let mut first = Sql::new("TRUE ORDER BY t.name = ");
    first.bind(Bind::Text(Some(name.unwrap_or_default().to_owned())));
    first.push(" DESC, t.tier, t.created_at, t.id LIMIT 1");
    Ok(tx.select(first).await?.pop())
}
