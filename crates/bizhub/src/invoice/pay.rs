//! Tenders for a sent invoice; the one that meets the total exactly settles it (spec 6.6).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use bizgraph_kernel::scalars::Date;

use crate::invoice::deposit;
use crate::invoice::draft::lines_of;
use crate::invoice::machine;
use crate::invoice::settle;
use crate::invoice::shelf::Shelf;
use crate::invoice::tender::{self, Tender};
use crate::invoice::tender_source::sources;
use crate::invoice::{Invoice, InvoiceStatus};

/// What is paid on which invoice.
#[derive(InputObject)]
#[graphql(name = "BizhubInvoicePayInput")]
pub struct Pay {
    /// The invoice; it must be sent.
    pub invoice_id: Id<Invoice>,
    /// How it is paid, 1 to 20 tenders.
    pub tenders: Vec<Tender>,
    /// The day on which the money came in; today unless said, never later.
    pub payment_date: Option<Date>,
    /// Why, at most 500 characters; needed where the day is locked, from who may write there.
    pub reason: Option<String>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why an invoice takes no payment.
#[derive(Refusal)]
enum PayRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "invoiceId",
        "The tenders of {number} were paid back. Cancel it and make a new invoice."
    )]
    PaidBack { number: String },
}

mutation! {
    /// Takes tenders for a sent invoice; once they meet its total it is settled.
    pub PAY = "bizhubInvoicePay"(Pay) -> Invoice,
    permission "bizhub.payment.create", keyed => pay
}

/// Takes tenders (spec 6.6). The invoice's lock lets only one caller complete it.
pub async fn pay(tx: &mut Tx, input: Pay) -> Rule<Invoice> {
    let invoice = tx.lock_version(&input.invoice_id, "invoiceId", input.expected_version).await?;
    tx.check_move(&invoice, &machine::PAY, None, "invoiceId")?;
    if invoice.refunded_amount.is_positive() {
        tx.refuse(PayRefused::PaidBack { number: invoice.invoice_number.clone() });
    }
    let date = tender::payment_date(tx, input.payment_date.map(|date| date.0));
    tx.optional_text(input.reason, "reason", 500);
    let due = &invoice.total_amount - &invoice.amount_paid;
    let sources = sources(tx, &input.tenders, invoice.customer_id).await?;
    let mut accepted = tender::accept(tx, input.tenders, sources, Some(&due));
    let paid = &invoice.amount_paid + &tender::sum(&accepted);
    if paid != invoice.total_amount {
        deposit::refuse_any(tx, &accepted);
        tx.settle()?;
        tender::enter(tx, invoice.id, date, accepted).await?;
        let sets = vec![Invoice::AMOUNT_PAID.to(paid)];
        return tx.advance(&invoice, &machine::PAY, InvoiceStatus::Sent.spelling(), sets).await;
    }
    let lines = lines_of(tx, invoice.id).await?;
    let mut shelf = Shelf::of_lines(tx, &lines).await?;
    let assets = lines.iter().filter_map(|line| line.asset_id);
    deposit::check(tx, &shelf, assets, invoice.customer_id, &mut accepted);
    tx.settle()?;
    tender::enter(tx, invoice.id, date, accepted).await?;
    let (sets, to) = (settle::settled(tx, paid), InvoiceStatus::Paid.spelling());
    let invoice = tx.advance(&invoice, &machine::SETTLE, to, sets).await?;
    settle::hand_over(tx, &invoice, &lines, &mut shelf).await?;
    Ok(invoice)
}
