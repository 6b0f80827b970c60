//! The way of the money back: to the methods that brought it in, each up to what it brought
//! in; cash may stand in for another when a Manager pays, and store credit for all of them when
//! the customer has a name (spec 6.7). A deposit or store credit that paid brought in no money by
//! its method Other, so it goes back as store credit or in cash.

use std::collections::BTreeMap;

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use crate::cash_drawer_session::binding;
use crate::customer::Customer;
use crate::customer_credit::{self, Source};
use crate::invoice::Invoice;
use crate::payment::{Payment, PaymentMethod};
use crate::refund::Refund;
use crate::refund_tender::RefundTender;

/// Tenders that one payout can hold.
const MOST_TENDERS: usize = 20;

/// One way in which money goes back.
#[derive(InputObject)]
#[graphql(name = "BizhubRefundTenderInput")]
pub struct TenderInput {
    /// How it is paid out: as it came in, in cash, or Other for store credit.
    pub payment_method: PaymentMethod,
    /// How much.
    pub amount: Money,
    /// The reference that proves the payout, at most 100 characters.
    pub reference: Option<String>,
    /// Whether it becomes store credit of the invoice's customer; then the method is Other.
    #[graphql(default)]
    pub store_credit: bool,
}

/// A tender that may be paid out.
pub struct Payout {
    method: PaymentMethod,
    amount: Money,
    payment: Option<i32>,
    reference: Option<String>,
    /// The customer who gets it as store credit.
    credited: Option<i32>,
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
    #[refusal(
        VALIDATION_FAILED,
        at = "tenders.{index}.paymentMethod",
        "Store credit is paid out by the method Other."
    )]
    CreditIsOther { index: usize },
    #[refusal(
        NOT_ELIGIBLE,
        at = "tenders.{index}.storeCredit",
        "The invoice has no customer, and store credit needs a name. Pay out another way."
    )]
    CreditOfNobody { index: usize },
    #[refusal(
        NOT_ELIGIBLE,
        at = "tenders.{index}.storeCredit",
        "The customer was deleted and could not spend store credit. Restore the customer, or pay \
         out another way."
    )]
    CreditOfDeleted { index: usize },
}

/// What came in and is still there, for the invoice of a refund.
struct Left {
    payments: Vec<(i32, PaymentMethod, Money)>,
    methods: BTreeMap<&'static str, Money>,
}

/// Checks how a refund is paid out; every refusal is noted.
pub async fn check(
    tx: &mut Tx,
    refund: &Refund,
    invoice: &Invoice,
    tenders: Vec<TenderInput>,
) -> Rule<Vec<Payout>> {
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
        if tender.store_credit {
            let credited = invoice.customer_id;
            if method != PaymentMethod::Other {
                tx.refuse(WayRefused::CreditIsOther { index });
            } else if let Some(customer) = credited {
                if !can_spend(tx, customer).await? {
                    tx.refuse(WayRefused::CreditOfDeleted { index });
                }
            } else {
                tx.refuse(WayRefused::CreditOfNobody { index });
            }
            payouts.push(Payout { method, amount, payment: None, reference, credited });
            continue;
        }
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
        payouts.push(Payout { method, amount, payment, reference, credited: None });
    }
    Ok(payouts)
}

/// Whether a customer is on record, who is kept there until the store credit is given.
async fn can_spend(tx: &mut Tx, customer: i32) -> Rule<bool> {
    let mut there = Sql::new("t.deleted_at IS NULL AND t.id = ");
    there.bind(Bind::Int(Some(customer))).push(" FOR SHARE OF t");
    Ok(!tx.select::<Customer>(there).await?.is_empty())
}

/// Tenders of the customer's own money that are not voided, less what went back of them in
/// earlier refunds.
async fn left(tx: &mut Tx, invoice: i32) -> Rule<Left> {
    let mut live = Sql::new("t.voided_at IS NULL AND t.reference_kind IS NULL AND t.invoice_id = ");
    live.bind(Bind::Int(Some(invoice))).push(" ORDER BY t.id");
    let payments = tx.select::<Payment>(live).await?;
    let mut earlier =
        Sql::new("EXISTS (SELECT 1 FROM refunds r WHERE r.id = t.refund_id AND r.invoice_id = ");
    // Store credit stands in for any method, so it uses none of them up.
    earlier.bind(Bind::Int(Some(invoice))).push(") AND t.customer_credit_id IS NULL");
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

/// Writes what was paid out, of the caller's drawer.
///
/// # Errors
/// `PRECONDITION_FAILED` for cash where the tenant wants it in a drawer.
pub async fn pay_out(tx: &mut Tx, refund: &Refund, paid_by: i32, payouts: Vec<Payout>) -> Rule<()> {
    let drawer = binding::drawer(tx, payouts.iter().map(|payout| payout.method)).await?;
    for payout in payouts {
        let credit = match payout.credited {
            Some(customer) => {
                let source = Source::Refund(refund.id);
                let amount = payout.amount.clone();
                Some(customer_credit::issue(tx, customer, amount, source).await?.id)
            }
            None => None,
        };
        tx.append::<RefundTender>(vec![
            RefundTender::REFUND_ID.to(refund.id),
            RefundTender::PAYMENT_METHOD.to(payout.method),
            RefundTender::AMOUNT.to(payout.amount),
            RefundTender::PAYMENT_ID.to(payout.payment),
            RefundTender::REFERENCE.to(payout.reference),
            RefundTender::CUSTOMER_CREDIT_ID.to(credit),
            RefundTender::PAID_BY.to(paid_by),
            RefundTender::CASH_DRAWER_SESSION_ID.to(drawer),
        ])
        .await?;
    }
    Ok(())
}
