//! An approved refund is paid out, and its goods come back (spec 6.7).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::Rule;

use crate::invoice::{Invoice, InvoiceStatus};
use crate::refund::way_back::{self, TenderInput};
use crate::refund::{Refund, RefundStatus, effects, machine};

/// Which refund to pay out, and how.
#[derive(InputObject)]
#[graphql(name = "BizhubRefundCompleteInput")]
pub struct Complete {
    /// The refund; it must be approved.
    pub refund_id: Id<Refund>,
    /// How it is paid out, up to 20 tenders that come to its total exactly; none for a total
    /// of nothing.
    #[graphql(default)]
    pub tenders: Vec<TenderInput>,
    /// The version that the caller read, if it matters.
    pub expected_version: Option<i32>,
    /// The same key answers with the first outcome.
    pub idempotency_key: String,
}

/// Why nothing is paid out.
#[derive(Refusal)]
enum CompleteRefused {
    #[refusal(
        PRECONDITION_FAILED,
        at = "refundId",
        "The invoice {number} is {status} by now, so this refund no longer fits. Ask for \
         another."
    )]
    InvoiceMoved { number: String, status: &'static str },
    #[refusal(
        OVERPAYMENT,
        at = "refundId",
        "Of {number} only {remaining} is left to refund, not {offered}. Ask for another refund."
    )]
    MoreThanPaid { number: String, remaining: Money, offered: Money },
    #[refusal(FORBIDDEN, at = "", "A refund is paid out by a person, under the person's name.")]
    NoPerson,
}

mutation! {
    /// Pays an approved refund out and takes the goods back.
    pub COMPLETE = "bizhubRefundComplete"(Complete) -> Refund,
    permission "bizhub.refund.transition:complete", keyed => complete
}

/// Pays a refund out (spec 6.7). The invoice is locked before its refund.
pub async fn complete(tx: &mut Tx, input: Complete) -> Rule<Refund> {
    let invoice_id = tx.read(&input.refund_id, "refundId").await?.invoice_id;
    let invoice: Invoice = tx.get_locked(invoice_id).await?;
    let refund = tx.lock_version(&input.refund_id, "refundId", input.expected_version).await?;
    tx.check_move(&refund, &machine::COMPLETE, None, "refundId")?;
    check_invoice(tx, &invoice, &refund);
    let payouts = way_back::check(tx, &refund, &invoice, input.tenders).await?;
    let completed_by = tx.actor.user_id();
    if completed_by.is_none() {
        tx.refuse(CompleteRefused::NoPerson);
    }
    tx.settle()?;
    let Some(completed_by) = completed_by else { return Err(CompleteRefused::NoPerson.into()) };

    effects::apply(tx, &refund, &invoice).await?;
    way_back::pay_out(tx, &refund, completed_by, payouts).await?;
    let sets = vec![
        Refund::REFUND_DATE.to(Some(tx.business_date)),
        Refund::COMPLETED_BY.to(Some(completed_by)),
        Refund::COMPLETED_AT.to(Some(tx.now)),
    ];
    tx.advance(&refund, &machine::COMPLETE, RefundStatus::Completed.spelling(), sets).await
}

/// The invoice may have moved since the refund was asked for.
fn check_invoice(tx: &mut Tx, invoice: &Invoice, refund: &Refund) {
    let (number, status) = (invoice.invoice_number.clone(), invoice.status.spelling());
    let wanted = if refund.payments_only { InvoiceStatus::Sent } else { InvoiceStatus::Paid };
    if invoice.status != wanted {
        tx.refuse(CompleteRefused::InvoiceMoved { number, status });
        return;
    }
    let remaining = &invoice.amount_paid - &invoice.refunded_amount;
    let offered = refund.total_amount.clone();
    if offered > remaining {
        tx.refuse(CompleteRefused::MoreThanPaid { number, remaining, offered });
    }
}
