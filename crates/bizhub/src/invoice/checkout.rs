//! Selling over the counter: a draft, or a new invoice with its lines, is sent and paid in
//! one call (spec 6.5).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Refusal as Refused, Rule};
use bizgraph_kernel::scalars::Date;

use crate::customer::Customer;
use crate::invoice::create::{self, Parties};
use crate::invoice::deposit;
use crate::invoice::draft::lines_of;
use crate::invoice::draft_line::LineInput;
use crate::invoice::pricing::Pricing;
use crate::invoice::send::{self, Sending, totals_today};
use crate::invoice::shelf::Shelf;
use crate::invoice::tender::{self, Accepted, Tender};
use crate::invoice::tender_source::{Source, sources};
use crate::invoice::{Invoice, InvoiceCustomerType, InvoiceStatus, machine, references, settle};
use crate::lead_source::LeadSource;
use crate::user::User;

/// What is sold and how it is paid: a draft, or else everything that a new invoice needs.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceCheckoutInput")]
pub struct Checkout {
    /// The draft to sell; leave it out to sell the lines below on a new invoice.
    pub invoice_id: Option<Id<Invoice>>,
    /// The version of the draft that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// Who buys; for a new invoice.
    pub customer_id: Option<Id<Customer>>,
    /// Retail, Wholesale or Walk-in; for a new invoice, Walk-in unless said.
    pub customer_type: Option<InvoiceCustomerType>,
    /// How the customer heard of the shop; for a new invoice.
    pub lead_source_id: Option<Id<LeadSource>>,
    /// Who sells; for a new invoice, the caller unless said.
    pub sales_rep_id: Option<Id<User>>,
    /// Remarks, at most 2000 characters; for a new invoice.
    pub notes: Option<String>,
    /// What to sell, 1 to 200 lines; for a new invoice.
    #[graphql(default)]
    pub lines: Vec<LineInput>,
    /// How it is paid: up to 20 tenders that meet the total; none for a total of nothing.
    pub tenders: Vec<Tender>,
    /// The day on which the money came in; today unless said, never later.
    pub payment_date: Option<Date>,
    /// Why, at most 500 characters; needed where the day is locked, from who may write there.
    pub reason: Option<String>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why nothing is sold.
#[derive(Refusal)]
enum CheckoutRefused {
    #[refusal(
        VALIDATION_FAILED,
        at = "invoiceId",
        "This is either a draft or a new invoice. Leave out the draft, or what a new one needs."
    )]
    Both,
    #[refusal(
        AMOUNT_MISMATCH,
        at = "tenders",
        "The tenders come to {offered}, the invoice to {total}. Take {missing} more."
    )]
    TooLittle { offered: Money, total: Money, missing: Money },
}

mutation! {
    /// Sells a draft or a new invoice over the counter: sent and paid in one call.
    pub CHECKOUT = "bizhubInvoiceCheckout"(Checkout) -> Invoice,
    permission "bizhub.invoice.transition:checkout", keyed => checkout
}

/// Sells over the counter (spec 6.5). A new invoice is written as a draft first, so that its
/// goods go the same way as everybody's.
pub async fn checkout(tx: &mut Tx, input: Checkout) -> Rule<Invoice> {
    let date = tender::payment_date(tx, input.payment_date.map(|date| date.0));
    tx.optional_text(input.reason.clone(), "reason", 500);
    let pricing = Pricing::read(tx).await?;
    let (invoice, accepted, loaded) = match &input.invoice_id {
        Some(id) => {
            let new = input.customer_id.is_some()
                || input.customer_type.is_some()
                || input.lead_source_id.is_some()
                || input.sales_rep_id.is_some()
                || input.notes.is_some()
                || !input.lines.is_empty();
            if new {
                tx.refuse(CheckoutRefused::Both);
            }
            let invoice = tx.lock_version(id, "invoiceId", input.expected_version).await?;
            tx.check_move(&invoice, &machine::CHECKOUT, None, "invoiceId")?;
            let lines = lines_of(tx, invoice.id).await?;
            let total = totals_today(&lines, &pricing);
            let sending = Sending::of(&invoice, &lines, "invoiceId");
            send::check(tx, &sending, &total, &pricing).await?;
            let sources = sources(tx, &input.tenders, invoice.customer_id).await?;
            let mut accepted = meet(tx, input.tenders, sources, Some(&total.total));
            let shelf = Shelf::of_lines(tx, &lines).await?;
            let assets = lines.iter().filter_map(|line| line.asset_id);
            deposit::check(tx, &shelf, assets, invoice.customer_id, &mut accepted);
            tx.settle()?;
            (invoice, accepted, Some((lines, shelf)))
        }
        None => {
            let (invoice, accepted) = begin(tx, input, &pricing).await?;
            (invoice, accepted, None)
        }
    };
    let (lines, mut shelf) = match loaded {
        Some(loaded) => loaded,
        None => {
            let lines = lines_of(tx, invoice.id).await?;
            let shelf = Shelf::of_lines(tx, &lines).await?;
            (lines, shelf)
        }
    };
    let paid = tender::sum(&accepted);
    tender::enter(tx, invoice.id, date, accepted).await?;
    let (settled, to) = (settle::settled(tx, paid), InvoiceStatus::Paid);
    let invoice =
        send::seal(tx, &invoice, &lines, &pricing, (&machine::CHECKOUT, to), settled).await?;
    settle::hand_over(tx, &invoice, &lines, &mut shelf).await?;
    Ok(invoice)
}

/// Checks everything about a new invoice and its tenders, then writes it as a draft.
async fn begin(tx: &mut Tx, input: Checkout, pricing: &Pricing) -> Rule<(Invoice, Vec<Accepted>)> {
    if !tx.actor.may("bizhub.invoice.create") {
        let message = "Your role may not make invoices. Name the draft to sell.";
        tx.refuse(Refused::new(bizgraph_kernel::refusal::Code::Forbidden, "invoiceId", message));
    }
    let customer_type = input.customer_type.unwrap_or(InvoiceCustomerType::WalkIn);
    let sending = Sending::new(customer_type, input.customer_id.is_some(), &input.lines);
    let parties = Parties {
        customer_id: input.customer_id,
        customer_type,
        lead_source_id: input.lead_source_id,
        sales_rep_id: input.sales_rep_id,
        notes: input.notes,
    };
    let buyer = match &parties.customer_id {
        Some(id) => references::key(tx, id, "customerId").await?,
        None => None,
    };
    let sources = sources(tx, &input.tenders, buyer).await?;
    let draft = create::prepare(tx, parties, input.lines, pricing).await?;
    if let Some(totals) = &draft.totals {
        send::check(tx, &sending, totals, pricing).await?;
    }
    let total = draft.totals.as_ref().map(|totals| &totals.total);
    let mut accepted = meet(tx, input.tenders, sources, total);
    deposit::check(tx, &draft.shelf, draft.assets(), draft.customer_id, &mut accepted);
    tx.settle()?;
    Ok((create::write(tx, draft).await?, accepted))
}

/// Accepts tenders that have to meet the whole total.
fn meet(
    tx: &mut Tx,
    tenders: Vec<Tender>,
    sources: Vec<Source>,
    total: Option<&Money>,
) -> Vec<Accepted> {
    let none = tenders.is_empty();
    let accepted = tender::accept(tx, tenders, sources, total);
    let offered = tender::sum(&accepted);
    if let Some(total) = total
        && !none
        && offered < *total
    {
        let missing = total.clone() - offered.clone();
        tx.refuse(CheckoutRefused::TooLittle { offered, total: total.clone(), missing });
    }
    accepted
}
