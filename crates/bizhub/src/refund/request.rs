//! A refund is asked for: what comes back, why, and what the shop keeps (spec 6.7). Nothing
//! moves until another person agreed and the money is paid out.

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Id, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use chrono::NaiveDate;

use crate::invoice::{Invoice, InvoiceStatus, lines_of};
use crate::refund::Refund;
use crate::refund::request_line::{LineInput, Part, parts};
use crate::refund_line::RefundLine;
use crate::settings::REFUND_DAYS;
use crate::warranty_claim;

/// Lines that one refund can name, as many as an invoice holds.
const MOST_LINES: usize = 200;

/// What to refund, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubRefundRequestInput")]
pub struct Request {
    /// The invoice: paid, or with `paymentsOnly` sent and partly paid.
    pub invoice_id: Id<Invoice>,
    /// What comes back, at most 200 lines; none with `paymentsOnly`.
    #[graphql(default)]
    pub lines: Vec<LineInput>,
    /// Gives all tenders of a sent invoice back so that it can be cancelled.
    #[graphql(default)]
    pub payments_only: bool,
    /// What the shop keeps; nothing unless said.
    pub restocking_fee: Option<Money>,
    /// Why the customer gets money back, at most 500 characters.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why no refund is asked for.
#[derive(Refusal)]
enum RequestRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "invoiceId",
        "The invoice {number} is {status}. Lines of a paid invoice can be refunded, and the \
         payments of a sent one."
    )]
    NotPaid { number: String, status: &'static str },
    #[refusal(
        PRECONDITION_FAILED,
        at = "invoiceId",
        "The invoice {number} has no payment to give back."
    )]
    NothingPaid { number: String },
    #[refusal(
        ALREADY_DONE,
        at = "invoiceId",
        "{name} asked for a refund of {amount} on this invoice already. Complete or reject it \
         first."
    )]
    Open { name: String, amount: Money },
    #[refusal(
        EXPIRED,
        at = "invoiceId",
        "The invoice was paid on {paid_date}, more than {days} days ago. A Manager has to ask."
    )]
    WindowOver { paid_date: NaiveDate, days: i64 },
    #[refusal(REQUIRED, at = "lines", "Say what comes back: at least one line.")]
    NoLines,
    #[refusal(LIMIT_EXCEEDED, at = "lines", "At most {most} lines in one refund.")]
    TooManyLines { most: usize },
    #[refusal(
        VALIDATION_FAILED,
        at = "lines",
        "Payments alone are given back without lines and without a fee."
    )]
    LinesOfPayments,
    #[refusal(
        OUT_OF_RANGE,
        at = "restockingFee",
        "The fee is more than what is refunded, {most}. Lower it."
    )]
    FeeAboveLines { most: Money },
    #[refusal(
        OVERPAYMENT,
        at = "lines",
        "Of {number} only {remaining} is left to refund, not {offered}."
    )]
    MoreThanPaid { number: String, remaining: Money, offered: Money },
    #[refusal(
        NOT_ELIGIBLE,
        at = "invoiceId",
        "The device on {number} was given in place of another, which {paid_on} was paid for. Ask \
         for the refund there."
    )]
    Replacement { number: String, paid_on: String },
    #[refusal(FORBIDDEN, at = "", "A refund is asked for by a person, under the person's name.")]
    NoPerson,
}

mutation! {
    /// Asks for a refund; another person has to agree before it is paid out.
    pub REQUEST = "bizhubRefundRequest"(Request) -> Refund,
    permission "bizhub.refund.transition:request", keyed => request
}

/// Asks for a refund (spec 6.7). An invoice has one open refund of a kind at a time, so that two
/// of them never promise the same money; one of the other kind fits another status only.
pub async fn request(tx: &mut Tx, input: Request) -> Rule<Refund> {
    if input.lines.len() > MOST_LINES {
        return Err(RequestRefused::TooManyLines { most: MOST_LINES }.into());
    }
    let invoice = tx.lock(&input.invoice_id, "invoiceId").await?;
    check_invoice(tx, &invoice, input.payments_only).await?;
    let reason = tx.text(&input.reason, "reason", 500);
    let fee = input.restocking_fee.unwrap_or_default();
    tx.amount(&fee, "restockingFee");
    let (parts, gross) = if input.payments_only {
        if !input.lines.is_empty() || !fee.is_zero() {
            tx.refuse(RequestRefused::LinesOfPayments);
        }
        (Vec::new(), &invoice.amount_paid - &invoice.refunded_amount)
    } else {
        if input.lines.is_empty() {
            tx.refuse(RequestRefused::NoLines);
        }
        let lines = lines_of(tx, invoice.id).await?;
        let parts = parts(tx, &invoice, &lines, input.lines)?;
        let gross = parts.iter().map(|part| &part.amount).sum();
        (parts, gross)
    };
    let total = &gross - &fee;
    let remaining = &invoice.amount_paid - &invoice.refunded_amount;
    if fee.is_positive() && total.is_negative() {
        tx.refuse(RequestRefused::FeeAboveLines { most: gross });
    } else if total > remaining {
        let (number, offered) = (invoice.invoice_number.clone(), total.clone());
        tx.refuse(RequestRefused::MoreThanPaid { number, remaining, offered });
    }
    let requested_by = tx.actor.user_id();
    if requested_by.is_none() {
        tx.refuse(RequestRefused::NoPerson);
    }
    tx.settle()?;
    let Some(requested_by) = requested_by else { return Err(RequestRefused::NoPerson.into()) };

    let refund = tx
        .insert::<Refund>(vec![
            Refund::INVOICE_ID.to(invoice.id),
            Refund::REASON.to(reason),
            Refund::PAYMENTS_ONLY.to(input.payments_only),
            Refund::RESTOCKING_FEE.to(fee),
            Refund::TOTAL_AMOUNT.to(total),
            Refund::REQUESTED_BY.to(requested_by),
            Refund::REQUESTED_AT.to(tx.now),
        ])
        .await?;
    for part in parts {
        write(tx, &refund, part).await?;
    }
    Ok(refund)
}

async fn check_invoice(tx: &mut Tx, invoice: &Invoice, payments_only: bool) -> Rule<()> {
    let number = invoice.invoice_number.clone();
    let wanted = if payments_only { InvoiceStatus::Sent } else { InvoiceStatus::Paid };
    if invoice.status != wanted {
        return Err(RequestRefused::NotPaid { number, status: invoice.status.spelling() }.into());
    }
    if payments_only && invoice.amount_paid <= invoice.refunded_amount {
        tx.refuse(RequestRefused::NothingPaid { number });
    }
    if let Some(paid_on) = warranty_claim::replaced_on(tx, invoice).await? {
        let number = invoice.invoice_number.clone();
        tx.refuse(RequestRefused::Replacement { number, paid_on });
    }
    let mut open = Sql::new("t.status IN ('requested', 'approved') AND t.invoice_id = ");
    open.bind(Bind::Int(Some(invoice.id))).push(" AND t.payments_only = ");
    open.bind(Bind::Bool(Some(payments_only)));
    if let Some(open) = tx.select::<Refund>(open).await?.pop() {
        let name = open.requested_by_name.unwrap_or_default();
        tx.refuse(RequestRefused::Open { name, amount: open.total_amount });
    }
    let days: i64 = tx.setting(&REFUND_DAYS).await?;
    if let Some(paid_date) = invoice.paid_date
        && (tx.business_date - paid_date).num_days() > days
        && !tx.actor.may("bizhub.refund.transition:approve")
    {
        tx.refuse(RequestRefused::WindowOver { paid_date, days });
    }
    Ok(())
}

async fn write(tx: &mut Tx, refund: &Refund, part: Part) -> Rule<()> {
    tx.append::<RefundLine>(vec![
        RefundLine::REFUND_ID.to(refund.id),
        RefundLine::INVOICE_LINE_ID.to(part.line),
        RefundLine::QUANTITY.to(part.quantity),
        RefundLine::AMOUNT.to(part.amount),
        RefundLine::RESTOCK.to(part.restock),
    ])
    .await?;
    Ok(())
}
