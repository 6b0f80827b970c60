//! Writing a message's row (spec 5.7). What it does to the ticket stands in
//! [`crate::ticket::messages`].

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;

use super::{ChatMessage, SenderType};
use crate::admin_user::acting;
use crate::support_agent::SupportAgent;
use crate::ticket::Ticket;

/// What the caller writes.
pub struct Draft {
    pub text: String,
    /// A note among agents.
    pub internal: bool,
}

/// Writes a message of the caller: the customer, a person of the support, or the server.
pub async fn write(tx: &mut Tx, ticket: &Ticket, draft: Draft) -> Rule<ChatMessage> {
    let (customer, admin) = (tx.actor.key_as("user"), acting(tx));
    let (sender, name) = match (customer, admin) {
        (Some(_), _) => (SenderType::Customer, ticket.customer_name.clone()),
        (None, Some(_)) => (SenderType::Agent, agent_name(tx).await?),
        (None, None) => (SenderType::System, tx.actor.name.clone()),
    };
    tx.append(vec![
        ChatMessage::TICKET_ID.to(ticket.id),
        ChatMessage::SENDER_TYPE.to(sender),
        ChatMessage::SENDER_USER_ID.to(customer),
        ChatMessage::SENDER_ADMIN_ID.to(admin),
        ChatMessage::SENDER_NAME.to(name),
        ChatMessage::MESSAGE.to(draft.text),
        ChatMessage::INTERNAL.to(draft.internal),
    ])
    .await
}

/// What customers call the person of the support who acts: the agent's name where it is one.
async fn agent_name(tx: &mut Tx) -> Rule<String> {
    let mut own = Sql::new("t.admin_user_id = ");
    own.bind(Bind::Uuid(acting(tx)));
    let agent = tx.select::<SupportAgent>(own).await?.pop();
    Ok(agent.map_or_else(|| tx.actor.name.clone(), |agent| agent.name))
}
