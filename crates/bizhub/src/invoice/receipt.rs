//! The receipt that goes to the customer by mail once an invoice is paid.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::notification::{Channel, Template};
use bizgraph_kernel::refusal::Rule;
use serde_json::{Value, json};

use crate::customer::Customer;
use crate::invoice::Invoice;
use crate::invoice_line::InvoiceLine;

/// What a customer with a mail address gets.
pub static SALE_RECEIPT: Template = Template {
    name: "bizhub.sale_receipt",
    doc: "Tells a customer who has a mail address, once an invoice is paid, what was bought.",
    channel: Channel::Email,
    subject: "Your receipt for {{ number }}",
    body: "Hello {{ name }},\n\nthank you for buying at {{ shop }}. This is your receipt for \
           {{ number }} of {{ date }}.\n\n{% for line in lines %}{{ line.quantity }} x \
           {{ line.description }}: {{ currency }} {{ line.total }}\n{% endfor %}\nTax: \
           {{ currency }} {{ tax }}\nPaid: {{ currency }} {{ total }}\n",
};

/// Sends the receipt of a paid invoice, if its customer has a mail address.
///
/// # Errors
/// Any fault of the database.
pub async fn send(tx: &mut Tx, invoice: &Invoice, lines: &[InvoiceLine]) -> Rule<()> {
    let Some(customer) = invoice.customer_id else { return Ok(()) };
    let customer: Customer = tx.get(customer).await?;
    let Some(email) = &customer.email else { return Ok(()) };
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({
                "quantity": line.quantity,
                "description": line.item_description,
                "total": line.line_total.to_string(),
            })
        })
        .collect();
    let variables = json!({
        "name": customer.full_name,
        "number": invoice.invoice_number,
        "date": invoice.paid_date.map(|date| date.to_string()),
        "lines": lines,
        "tax": invoice.tax_amount.to_string(),
        "total": invoice.total_amount.to_string(),
        "shop": tx.actor.tenant.name,
        "currency": tx.actor.tenant.currency,
    });
    // A payment that is voided and taken again is another receipt.
    let key = format!("{} {} {}", SALE_RECEIPT.name, invoice.id, invoice.version);
    tx.notify(&SALE_RECEIPT, email, &key, variables).await?;
    Ok(())
}
