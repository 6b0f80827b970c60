//! The way of the money back: to the methods that brought it in, each up to what it brought
//! in; cash may stand in for another when a Manager pays (spec 6.7).

use std::collections::BTreeMap;

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::payment::{Payment, PaymentMethod};
use crate::refund::Refund;
use crate::refund_tender::RefundTender;

/// Tenders that one payout can hold.
const MOST_TENDERS: usize = 20;

/// One way in which money goes back.
#[derive(InputObject)]
#[graphql(name = "BizhubRefundTenderInput")]
pub struct TenderInput {
    /// How it is paid out: as it came in, or in cash.
    pub payment_method: PaymentMethod,
    /// How much.
    pub amount: Money,
    /// The reference that proves the payout, at most 100 characters.
    pub reference: Option<String>,
}

/// A tender that may be paid out.
pub struct Payout {
    method: PaymentMethod,
    amount: Money,
    payment: Option<i32>,
    reference: Option<String>,
}

/// Why money does not go back this way.
#[derive(Refusal)]
enum WayRefused {
    #[refusal(LIMIT_EXCEEDED, at = "tenders", "At most {most} tenders in one call.")]
    TooMany { most: usize },
    #[refusal(
        AMOUNT_MISMATCH,
        at = "tenders",
        "The tenders come to {offered}, the refund to {total}. They have to be equal."
    )]
    Mismatch { offered: Money, total: Money },
    #[refusal(
        OVERPAYMENT,
        at = "tenders.{index}.amount",
        "Only {remaining} can go back by {method}, not {offered}: no more than it brought in."
    )]
    MoreThanCameIn { index: usize, method: &'static str, remaining: Money, offered: Money },
    #[refusal(
        NOT_ELIGIBLE,
        at = "tenders.{index}.paymentMethod",
        "Only {remaining} came in as cash. A Manager may pay cash in place of another method."
    )]
    CashInstead { index: usize, remaining: Money },
}

/// What came in and is still there, for the invoice of a refund.
struct Left {
    payments: Vec<(i32, PaymentMethod, Money)>,
    methods: BTreeMap<&'static str, Money>,
}

/// Checks how a refund is paid out; every refusal is noted.
pub async fn check(tx: &mut Tx, refund: &Refund, tenders: Vec<TenderInput>) -> Rule<Vec<Payout>> {
    if tenders.len() > MOST_TENDERS {
        return Err(WayRefused::TooMany { most: MOST_TENDERS }.into());
    }
    let offered: Money = tenders.iter().map(|tender| &tender.amount).sum();
    if offered != refund.total_amount {
        let total = refund.total_amount.clone();
        tx.refuse(WayRefused::Mismatch { offered, total });
    }
    let mut left = left(tx, refund.invoice_id).await?;
    let mut payouts = Vec::with_capacity(tenders.len());
    for (index, tender) in tenders.into_iter().enumerate() {
        tx.positive(&tender.amount, &format!("tenders.{index}.amount"));
        let field = format!("tenders.{index}.reference");
        let reference = tx.optional_text(tender.reference, &field, 100);
        tx.no_card_number(reference.as_deref(), &field);
        let (method, amount) = (tender.payment_method, tender.amount);
        let remaining = left.methods.get(method.spelling()).cloned().unwrap_or_default();
        if amount > remaining {
            if method != PaymentMethod::Cash {
                let (method, offered) = (method.spelling(), amount.clone());
                tx.refuse(WayRefused::MoreThanCameIn { index, method, remaining, offered });
            } else if !tx.actor.may("bizhub.refund.transition:approve") {
                tx.refuse(WayRefused::CashInstead { index, remaining });
            }
        }
        let payment = left.take(method, &amount);
        payouts.push(Payout { method, amount, payment, reference });
    }
    Ok(payouts)
}

/// Tenders that are not voided, less what went back of them in earlier refunds.
async fn left(tx: &mut Tx, invoice: i32) -> Rule<Left> {
    let mut live = Sql::new("t.voided_at IS NULL AND t.invoice_id = ");
    live.bind(Bind::Int(Some(invoice))).push(" ORDER BY t.id");
    let payments = tx.select::<Payment>(live).await?;
    let mut earlier =
        Sql::new("EXISTS (SELECT 1 FROM refunds r WHERE r.id = t.refund_id AND r.invoice_id = ");
    earlier.bind(Bind::Int(Some(invoice))).push(")");
    let earlier = tx.select::<RefundTender>(earlier).await?;
    let mut left = Left { payments: Vec::new(), methods: BTreeMap::new() };
    for payment in payments {
        let method = payment.payment_method;
        let sum = left.methods.entry(method.spelling()).or_default();
        *sum = &*sum + &payment.amount;
        let gone = earlier.iter().filter(|tender| tender.payment_id == Some(payment.id));
        let gone: Money = gone.map(|tender| &tender.amount).sum();
        left.payments.push((payment.id, method, &payment.amount - &gone));
    }
    for tender in &earlier {
        let sum = left.methods.entry(tender.payment_method.spelling()).or_default();
        *sum = &*sum - &tender.amount;
    }
    Ok(left)
}

impl Left {
    /// Takes an amount from its method and answers the payment that covers it alone, if any.
    fn take(&mut self, method: PaymentMethod, amount: &Money) -> Option<i32> {
        let sum = self.methods.entry(method.spelling()).or_default();
        *sum = &*sum - amount;
        let mut same = self.payments.iter_mut().filter(|(_, by, _)| *by == method);
        let (id, _, rest) = same.find(|(_, _, rest)| rest >= amount)?;
        *rest = &*rest - amount;
        Some(*id)
    }
}

/// Writes what was paid out.
pub async fn pay_out(tx: &mut Tx, refund: &Refund, paid_by: i32, payouts: Vec<Payout>) -> Rule<()> {
    for payout in payouts {
        tx.append::<RefundTender>(vec![
            RefundTender::REFUND_ID.to(refund.id),
            RefundTender::PAYMENT_METHOD.to(payout.method),
            RefundTender::AMOUNT.to(payout.amount),
            RefundTender::PAYMENT_ID.to(payout.payment),
            RefundTender::REFERENCE.to(payout.reference),
            RefundTender::PAID_BY.to(paid_by),
        ])
        .await?;
    }
    Ok(())
}
