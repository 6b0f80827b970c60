//! What the shop tells customers about repairs (spec 6.10): by text message, or by mail where no
//! number is on record.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::notification::{Channel, Template};
use bizgraph_kernel::refusal::Rule;
use serde_json::json;

use crate::customer::Customer;
use crate::repair_ticket::{RepairOutcome, RepairTicket};

/// Tells a customer that the device can be fetched.
pub static REPAIR_READY: Template = Template {
    name: "bizhub.repair_ready",
    doc: "Tells a customer by text message that a repair is done with.",
    channel: Channel::Sms,
    subject: "Your repair",
    body: "Hello {{ name }}, your device of ticket {{ number }} {{ result }} and is ready for \
           pick-up at {{ shop }}.",
};

/// The same by mail.
pub static REPAIR_READY_MAIL: Template = Template {
    name: "bizhub.repair_ready_mail",
    doc: "Tells a customer by mail that a repair is done with.",
    channel: Channel::Email,
    subject: "Your repair {{ number }}",
    body: REPAIR_READY.body,
};

/// Tells the customer of a ticket, if it has one, that it is ready: once each time it becomes so.
///
/// # Errors
/// Any fault of the database.
pub async fn ready(tx: &mut Tx, ticket: &RepairTicket) -> Rule<()> {
    let Some(customer) = ticket.customer_id else { return Ok(()) };
    let customer: Customer = tx.get(customer).await?;
    // Erasing a customer leaves a word where the number was.
    let (template, recipient) = match customer.email {
        _ if customer.phone.starts_with('+') => (&REPAIR_READY, customer.phone),
        Some(email) => (&REPAIR_READY_MAIL, email),
        None => return Ok(()),
    };
    let unable = ticket.outcome == Some(RepairOutcome::Unable);
    let result = if unable { "could not be repaired" } else { "is repaired" };
    let key = format!("{} {} {}", REPAIR_READY.name, ticket.id, ticket.version);
    let variables = json!({
        "name": customer.full_name,
        "number": ticket.ticket_number,
        "result": result,
        "shop": tx.actor.tenant.name,
    });
    tx.notify(template, &recipient, &key, variables).await?;
    Ok(())
}
