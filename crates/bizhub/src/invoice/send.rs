//! A draft becomes an invoice: the number is drawn, the lines are frozen (spec 6.5).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Id, Set};
use bizgraph_kernel::machine::Move;
use bizgraph_kernel::money::{Money, parse_decimal};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use chrono::Days;

use crate::invoice::deposit;
use crate::invoice::draft::{header, lines_of};
use crate::invoice::draft_line::LineInput;
use crate::invoice::machine;
use crate::invoice::pricing::{Pricing, Totals};
use crate::invoice::settle;
use crate::invoice::shelf::Shelf;
use crate::invoice::{Invoice, InvoiceCustomerType, InvoiceStatus};
use crate::invoice_line::InvoiceLine;
use crate::series;
use crate::settings::{INVOICE_DUE_DAYS, WALKIN_LIMIT};
use crate::warranty::WarrantyTier;

/// Which draft to send.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoiceSendInput")]
pub struct Send {
    /// The draft.
    pub invoice_id: Id<Invoice>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a draft cannot be sent.
#[derive(Refusal)]
enum SendRefused {
    #[refusal(PRECONDITION_FAILED, at = "{field}", "The invoice has no lines. Add one first.")]
    NoLines { field: &'static str },
    #[refusal(
        PRECONDITION_FAILED,
        at = "customerId",
        "The invoice comes to {total}, and above {limit} a walk-in customer must be named. \
         Choose a customer first."
    )]
    Unnamed { total: Money, limit: Money },
    #[refusal(
        PRECONDITION_FAILED,
        at = "customerId",
        "A Premium 1-Year warranty is promised to a customer by name. Choose a customer first."
    )]
    NobodyToPromise,
    #[refusal(
        NOT_ELIGIBLE,
        at = "{field}",
        "The invoice comes to nothing. Give a price, or let a Manager sell it."
    )]
    ForNothing { field: &'static str },
}

mutation! {
    /// Sends a draft: draws its number, freezes its lines and sets the due date. One that comes
    /// to nothing is settled at once.
    pub SEND = "bizhubInvoiceSend"(Send) -> Invoice,
    permission "bizhub.invoice.transition:send", keyed => send
}

/// Sends a draft (spec 6.5).
pub async fn send(tx: &mut Tx, input: Send) -> Rule<Invoice> {
    let invoice = tx.lock_version(&input.invoice_id, "invoiceId", input.expected_version).await?;
    tx.check_move(&invoice, &machine::SEND, None, "invoiceId")?;
    let lines = lines_of(tx, invoice.id).await?;
    let pricing = Pricing::read(tx).await?;
    let totals = totals_today(&lines, &pricing);
    check(tx, &Sending::of(&invoice, &lines, "invoiceId"), &totals, &pricing).await?;
    if !totals.total.is_zero() {
        tx.settle()?;
        return seal(tx, &invoice, &lines, &pricing, (&machine::SEND, InvoiceStatus::Sent), vec![])
            .await;
    }
    let mut shelf = Shelf::of_lines(tx, &lines).await?;
    let assets = lines.iter().filter_map(|line| line.asset_id);
    deposit::check(tx, &shelf, assets, invoice.customer_id, &mut []);
    tx.settle()?;
    let sent = (&machine::SEND, InvoiceStatus::Sent);
    let invoice = seal(tx, &invoice, &lines, &pricing, sent, vec![]).await?;
    let settled = settle::settled(tx, Money::zero());
    let paid = InvoiceStatus::Paid.spelling();
    let invoice = tx.advance(&invoice, &machine::SETTLE, paid, settled).await?;
    settle::hand_over(tx, &invoice, &lines, &mut shelf).await?;
    Ok(invoice)
}

/// The tier that nobody buys without a name.
const PREMIUM: Option<WarrantyTier> = Some(WarrantyTier::PremiumOneYear);

/// What decides whether an invoice may be sent.
pub struct Sending {
    customer_type: InvoiceCustomerType,
    named: bool,
    lines: usize,
    /// Whether a line promises more than the Standard warranty.
    premium: bool,
    /// Where the caller named the goods: the draft, or the new lines.
    field: &'static str,
}

impl Sending {
    /// A draft that exists.
    pub fn of(invoice: &Invoice, lines: &[InvoiceLine], field: &'static str) -> Self {
        let named = invoice.customer_id.is_some();
        let premium = lines.iter().any(|line| line.warranty_tier == PREMIUM);
        let customer_type = invoice.customer_type;
        Sending { customer_type, named, lines: lines.len(), premium, field }
    }

    /// An invoice that is made in the same call.
    pub fn new(customer_type: InvoiceCustomerType, named: bool, lines: &[LineInput]) -> Self {
        let premium = lines.iter().any(|line| line.warranty_tier == PREMIUM);
        Sending { customer_type, named, lines: lines.len(), premium, field: "lines" }
    }
}

/// The header's amounts by the tenant's rules of today: a draft may be older than they are.
pub fn totals_today(lines: &[InvoiceLine], pricing: &Pricing) -> Totals {
    let taxes: Vec<Money> = lines.iter().map(|line| pricing.tax_of(&line.line_total)).collect();
    pricing.totals(lines.iter().map(|line| &line.line_total).zip(&taxes))
}

/// Refuses what may not be sent; every sentence is noted.
pub async fn check(tx: &mut Tx, sending: &Sending, totals: &Totals, pricing: &Pricing) -> Rule<()> {
    let field = sending.field;
    if sending.lines == 0 {
        tx.refuse(SendRefused::NoLines { field });
        return Ok(());
    }
    if totals.total.is_zero() && !pricing.unbound() {
        tx.refuse(SendRefused::ForNothing { field });
    }
    if sending.premium && !sending.named {
        tx.refuse(SendRefused::NobodyToPromise);
    }
    if sending.customer_type == InvoiceCustomerType::WalkIn && !sending.named {
        let limit: String = tx.setting(&WALKIN_LIMIT).await?;
        let limit = parse_decimal(&limit).map(Money::from).unwrap_or_default();
        if totals.total > limit {
            tx.refuse(SendRefused::Unnamed { total: totals.total.clone(), limit });
        }
    }
    Ok(())
}

/// Freezes a checked draft: taxes and totals as of today, number, dates and the move. The
/// number is drawn last, for its series makes everybody else wait (spec 1.6.2).
pub async fn seal(
    tx: &mut Tx,
    invoice: &Invoice,
    lines: &[InvoiceLine],
    pricing: &Pricing,
    (step, to): (&'static Move, InvoiceStatus),
    further: Vec<Set<Invoice>>,
) -> Rule<Invoice> {
    for line in lines {
        let tax = pricing.tax_of(&line.line_total);
        if tax != line.tax_amount {
            tx.amend(line, vec![InvoiceLine::TAX_AMOUNT.to(tax)]).await?;
        }
    }
    let due_days: u64 = tx.setting(&INVOICE_DUE_DAYS).await?;
    let (today, now) = (tx.business_date, tx.now);
    let mut sets = header(&totals_today(lines, pricing))?;
    sets.extend(further);
    sets.extend([
        Invoice::INVOICE_DATE.to(today),
        Invoice::DUE_DATE.to(today.checked_add_days(Days::new(due_days))),
        Invoice::SENT_AT.to(Some(now)),
        Invoice::INVOICE_NUMBER.to(tx.draw_number(&series::INVOICE).await?),
    ]);
    tx.advance(invoice, step, to.spelling(), sets).await
}
