//! A tender entered by mistake is voided on its own day, and while the drawer that it went into
//! is open: the row stays and no longer counts (spec 6.5, 6.6).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Entity, Id};
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;
use chrono::NaiveDate;

use crate::cash_drawer_session::binding;
use crate::invoice::{self, Invoice, InvoiceStatus};
use crate::invoice_line::InvoiceLine;
use crate::payment::{Payment, undone};
use crate::warranty;

/// Which tender to void, and why.
#[derive(InputObject)]
#[graphql(name = "BizhubPaymentVoidInput")]
pub struct Void {
    /// The tender.
    pub payment_id: Id<Payment>,
    /// Why, at most 500 characters.
    pub reason: String,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why a tender stays.
#[derive(Refusal)]
enum VoidRefused {
    #[refusal(ALREADY_DONE, at = "paymentId", "The payment was voided already.")]
    Voided,
    #[refusal(
        EXPIRED,
        at = "paymentId",
        "The payment is of {payment_date} and can be voided on that day only. Refund it instead."
    )]
    AnotherDay { payment_date: NaiveDate },
    #[refusal(
        PRECONDITION_FAILED,
        at = "paymentId",
        "Money of {number} was paid back already, so its payments stay. Refund the rest."
    )]
    Refunded { number: String },
    #[refusal(FORBIDDEN, at = "", "A payment is voided by a person, under the person's name.")]
    NoPerson,
}

mutation! {
    /// Voids a tender of today. A settled invoice is open again, its goods are held, its
    /// warranties are void, and a deposit that paid it is held by its preorder again.
    pub VOID = "bizhubPaymentVoid"(Void) -> Payment,
    permission "bizhub.payment.void", keyed => void
}

/// Voids a tender (spec 6.5). The invoice is locked before its payment.
pub async fn void(tx: &mut Tx, input: Void) -> Rule<Payment> {
    let invoice_id = tx.read(&input.payment_id, "paymentId").await?.invoice_id;
    let invoice: Invoice = tx.get_locked(invoice_id).await?;
    let payment = tx.lock(&input.payment_id, "paymentId").await?;
    if payment.voided_at.is_some() {
        return Err(VoidRefused::Voided.into());
    }
    let number = invoice.invoice_number.clone();
    let open = matches!(invoice.status, InvoiceStatus::Sent | InvoiceStatus::Paid);
    // Goods can come back for no money, when the shop keeps all of it as its fee.
    let came_back =
        |line: &InvoiceLine| line.refunded_quantity > 0 || line.refunded_amount.is_positive();
    let refunded = invoice.refunded_amount.is_positive()
        || invoice::lines_of(tx, invoice.id).await?.iter().any(came_back);
    if refunded {
        tx.refuse(VoidRefused::Refunded { number });
    } else if !open {
        tx.check_move(&invoice, &invoice::machine::REOPEN, None, "paymentId")?;
    }
    let payment_date = payment.payment_date;
    if payment_date != tx.business_date {
        tx.refuse(VoidRefused::AnotherDay { payment_date });
    }
    warranty::refuse_undo(tx, &invoice).await?;
    let undone = undone::load(tx, &invoice, &payment).await?;
    binding::check_open(tx, payment.cash_drawer_session_id, "paymentId").await?;
    let reason = tx.text(&input.reason, "reason", 500);
    let voided_by = tx.actor.user_id();
    if voided_by.is_none() {
        tx.refuse(VoidRefused::NoPerson);
    }
    tx.settle()?;

    let paid = &(&invoice.amount_paid - &payment.amount) - &undone.deposited();
    undone.take_back(tx, &invoice, &payment).await?;
    if invoice.status == InvoiceStatus::Paid {
        let sets = vec![
            Invoice::AMOUNT_PAID.to(paid),
            Invoice::PAID_AT.to(None),
            Invoice::PAID_DATE.to(None),
        ];
        let sent = InvoiceStatus::Sent.spelling();
        let invoice = tx.advance(&invoice, &invoice::machine::REOPEN, sent, sets).await?;
        invoice::reopen(tx, &invoice).await?;
        warranty::undo_sale(tx, &invoice).await?;
    } else {
        tx.update(&invoice, vec![Invoice::AMOUNT_PAID.to(paid)]).await?;
    }
    for deposit in &undone.deposits {
        mark(tx, deposit, voided_by, &reason).await?;
    }
    let payment = mark(tx, &payment, voided_by, &reason).await?;
    tx.announce(Payment::META, "void", &payment.key());
    Ok(payment)
}

/// Marks a tender as voided; the row stays.
async fn mark(
    tx: &mut Tx,
    payment: &Payment,
    voided_by: Option<i32>,
    reason: &str,
) -> Rule<Payment> {
    let sets = vec![
        Payment::VOIDED_AT.to(Some(tx.now)),
        Payment::VOIDED_BY.to(voided_by),
        Payment::VOID_REASON.to(Some(reason.to_owned())),
    ];
    tx.amend(payment, sets).await
}
