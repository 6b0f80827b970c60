//! A customer asks for help, or the support for the customer (spec 5.7). Any customer can ask,
//! one who gets no loans included.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, GlobalId, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::opening::{Opening, open};
use super::text::{subject, tags};
use super::{Ticket, TicketCategory, TicketPriority};
use crate::user::User;

/// What is asked, and by whom.
#[derive(InputObject)]
#[graphql(name = "RimTicketCreateInput")]
pub struct Create {
    /// Who asks; a customer, only itself, and may leave it out.
    pub customer_id: Option<Id<User>>,
    /// What it is about, in a line of 3 to 200 characters.
    pub subject: String,
    /// What it is about, at most 5000 characters; it becomes the first message.
    pub description: String,
    /// What kind of question; the tenant's parameters say which desk answers it.
    pub category: TicketCategory,
    /// How soon it has to be answered; medium unless said.
    pub priority: Option<TicketPriority>,
    /// Words to find it by, at most 50 of at most 60 characters.
    pub tags: Option<Vec<String>>,
    /// Makes a repeated call the same call.
    pub idempotency_key: String,
}

mutation! {
    /// Opens a ticket with its first message; the agent who is next gets it.
    pub CREATE = "rimTicketCreate"(Create) -> Ticket,
    permission "rim.ticket.transition:create", keyed => create
}

/// Opens a ticket (spec 5.7).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Ticket> {
    let customer = customer(tx, input.customer_id).await?;
    let subject = subject(tx, &input.subject);
    let description = tx.text(&input.description, "description", 5000);
    tx.no_card_number(Some(&description), "description");
    let tags = tags(tx, input.tags.unwrap_or_default());
    tx.settle()?;
    let opening = Opening {
        customer: &customer,
        subject,
        description,
        category: input.category,
        priority: input.priority.unwrap_or(TicketPriority::Medium),
        tags,
        previous: None,
    };
    Ok(open(tx, opening).await?.0)
}

/// Who asks, locked, so that the ticket's copies are of now.
async fn customer(tx: &mut Tx, id: Option<Id<User>>) -> Rule<User> {
    let id = match (id, tx.actor.key_as("user")) {
        (Some(id), _) => id,
        (None, Some(own)) => {
            let tenant = tx.actor.tenant.id;
            Id::new(GlobalId::encode(tenant, User::META.type_name, &own.to_string()))
        }
        (None, None) => {
            let message = "Say which customer asks.";
            return Err(Refusal::new(Code::Required, "customerId", message).into());
        }
    };
    tx.lock(&id, "customerId").await
}
