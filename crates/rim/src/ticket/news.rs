//! What customers are told of their tickets (spec 5.7, 5.12): answered, resolved.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::Rule;
use serde_json::json;

use super::Ticket;
use crate::chat_message::ChatMessage;
use crate::message_template::occasion;
use crate::message_template::tell::{News, tell};
use crate::system_config::keys;
use crate::user::User;

/// Tells the customer that an agent answered; each message once. Internal notes are no answer.
pub async fn answered(tx: &mut Tx, ticket: &Ticket, message: &ChatMessage) -> Rule<()> {
    let customer: User = tx.get(ticket.customer_id).await?;
    let once = format!("ticket_reply:{}", message.id);
    let variables = json!({
        "ticketNumber": ticket.ticket_number,
        "subject": ticket.subject,
        "message": message.message,
    });
    tell(
        tx,
        &customer,
        News { occasion: &occasion::TICKET_REPLY, variables, secret: None, once: &once },
    )
    .await
}

/// Tells the customer that a ticket was resolved, each time that it is.
pub async fn resolved(tx: &mut Tx, ticket: &Ticket) -> Rule<()> {
    let customer: User = tx.get(ticket.customer_id).await?;
    let days = keys::TICKETS_REOPEN_DAYS.whole(tx).await?;
    let once = format!("ticket_resolved:{}:{}", ticket.id, ticket.version);
    let variables = json!({
        "ticketNumber": ticket.ticket_number,
        "subject": ticket.subject,
        "resolution": ticket.resolution.clone().unwrap_or_default(),
        "days": days,
    });
    tell(
        tx,
        &customer,
        News { occasion: &occasion::TICKET_RESOLVED, variables, secret: None, once: &once },
    )
    .await
}
