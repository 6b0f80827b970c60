//! What the shop tells people about preorders (spec 6.8): the customer by text message, or by
//! mail where no number is on record; whoever looks after a late one, and the managers, by mail.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::notification::{Channel, Template};
use bizgraph_kernel::refusal::Rule;
use serde_json::{Value, json};

use crate::customer::Customer;
use crate::preorder::Preorder;
use crate::user::User;

/// Tells a customer that the device is there.
pub static READY_FOR_PICKUP: Template = Template {
    name: "bizhub.preorder_ready_for_pickup",
    doc: "Tells a customer by text message that the device of a preorder is there.",
    channel: Channel::Sms,
    subject: "Ready for pick-up",
    body: "Hello {{ name }}, the device of your preorder {{ number }} is ready for pick-up at \
           {{ shop }}.",
};

/// The same by mail.
pub static READY_FOR_PICKUP_MAIL: Template = Template {
    name: "bizhub.preorder_ready_for_pickup_mail",
    doc: "Tells a customer by mail that the device of a preorder is there.",
    channel: Channel::Email,
    subject: "{{ number }} is ready for pick-up",
    body: READY_FOR_PICKUP.body,
};

/// Confirms a deposit.
pub static DEPOSIT_RECEIPT: Template = Template {
    name: "bizhub.preorder_deposit_receipt",
    doc: "Confirms by text message that the deposit of a preorder came in.",
    channel: Channel::Sms,
    subject: "Deposit received",
    body: "Hello {{ name }}, {{ shop }} received the deposit of {{ currency }} {{ deposit }} for \
           your preorder {{ number }}. Thank you.",
};

/// The same by mail.
pub static DEPOSIT_RECEIPT_MAIL: Template = Template {
    name: "bizhub.preorder_deposit_receipt_mail",
    doc: "Confirms by mail that the deposit of a preorder came in.",
    channel: Channel::Email,
    subject: "Deposit received for {{ number }}",
    body: DEPOSIT_RECEIPT.body,
};

/// Warns of a preorder that is late.
pub static OVERDUE: Template = Template {
    name: "bizhub.preorder_overdue",
    doc: "Warns by mail, once, that a preorder is late: whoever looks after it, and the managers.",
    channel: Channel::Email,
    subject: "{{ number }} is late",
    body: "The preorder {{ number }} of {{ name }} was due on {{ sla_date }} and is {{ status }}.",
};

/// Whether there is a way to reach a customer. Erasing one leaves a word where the number was.
pub fn can_reach(customer: &Customer) -> bool {
    has_number(customer) || customer.email.is_some()
}

fn has_number(customer: &Customer) -> bool {
    customer.phone.starts_with('+')
}

/// Tells the customer of a preorder that the device is there.
///
/// # Errors
/// Any fault of the database.
pub async fn ready(tx: &mut Tx, preorder: &Preorder, customer: &Customer) -> Rule<()> {
    tell(tx, preorder, customer, [&READY_FOR_PICKUP, &READY_FOR_PICKUP_MAIL]).await
}

/// Confirms the deposit of a preorder to its customer.
///
/// # Errors
/// Any fault of the database.
pub async fn deposit_received(tx: &mut Tx, preorder: &Preorder) -> Rule<()> {
    let customer = tx.get(preorder.customer_id).await?;
    tell(tx, preorder, &customer, [&DEPOSIT_RECEIPT, &DEPOSIT_RECEIPT_MAIL]).await
}

/// Sends the first of a text message and a mail that reaches the customer, if one does.
async fn tell(
    tx: &mut Tx,
    preorder: &Preorder,
    customer: &Customer,
    [text, mail]: [&Template; 2],
) -> Rule<()> {
    let (template, recipient) = match (&customer.email, has_number(customer)) {
        (_, true) => (text, customer.phone.as_str()),
        (Some(email), false) => (mail, email.as_str()),
        (None, false) => return Ok(()),
    };
    let key = format!("{} {}", text.name, preorder.id);
    let variables = variables(tx, preorder, customer);
    tx.notify(template, recipient, &key, variables).await?;
    Ok(())
}

/// Warns of a preorder that is late, each person once.
///
/// # Errors
/// Any fault of the database.
pub async fn overdue(tx: &mut Tx, preorder: &Preorder) -> Rule<()> {
    let customer: Customer = tx.get(preorder.customer_id).await?;
    let mut concerned = Sql::new("t.is_active AND (t.role = 'Manager' OR t.id = ");
    concerned.bind(Bind::Int(preorder.assigned_to)).push(") ORDER BY t.id");
    for person in tx.select::<User>(concerned).await? {
        let key = format!("{}{}", warnings_of(preorder), person.id);
        let variables = variables(tx, preorder, &customer);
        tx.notify(&OVERDUE, &person.email, &key, variables).await?;
    }
    Ok(())
}

/// Leaves of the warnings of a customer's late preorders only that there were some: they name
/// the customer to the staff (spec 1.9).
///
/// # Errors
/// Any fault of the database.
pub async fn forget(tx: &mut Tx, customer: &Customer) -> Rule<()> {
    let mut of_customer = Sql::new("t.customer_id = ");
    of_customer.bind(Bind::Int(Some(customer.id)));
    let preorders = tx.select::<Preorder>(of_customer).await?;
    tx.forget_keys(preorders.iter().map(warnings_of).collect()).await
}

/// What the dedupe keys of a preorder's warnings begin with.
fn warnings_of(preorder: &Preorder) -> String {
    format!("{} {} ", OVERDUE.name, preorder.id)
}

fn variables(tx: &Tx, preorder: &Preorder, customer: &Customer) -> Value {
    json!({
        "name": customer.full_name,
        "number": preorder.preorder_number,
        "deposit": preorder.deposit_amount.to_string(),
        "sla_date": preorder.sla_date.map(|date| date.to_string()),
        "status": preorder.status.spelling(),
        "shop": tx.actor.tenant.name,
        "currency": tx.actor.tenant.currency,
    })
}
