//! Tenders: how an amount due is met (spec 6.6). Everything but cash counts as offered; cash
//! takes the rest and may give change, and a deposit leaves store credit.

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Id, Set};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::{Code, Rejection, Rule};
use chrono::NaiveDate;

use crate::cash_drawer_session::binding;
use crate::customer_credit::{self, CustomerCredit};
use crate::invoice::tender_source::Source;
use crate::payment::{Payment, PaymentMethod, ReferenceKind};
use crate::preorder::Preorder;

/// Tenders that one call can hold.
pub const MOST_TENDERS: usize = 20;

/// One way in which the customer pays.
#[derive(InputObject)]
#[graphql(name = "BizhubTenderInput")]
pub struct Tender {
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What is handed over. Cash may be more than what is due; the rest is change.
    pub amount: Money,
    /// The transaction's reference, at most 100 characters: required for MoMo, bank transfers
    /// and cards, and unique per method.
    pub reference: Option<String>,
    /// Remarks, at most 500 characters.
    pub notes: Option<String>,
    /// The preorder whose deposit pays, as a whole, by the method Other, with the tender that
    /// settles the invoice. What the invoice does not need of it becomes store credit.
    pub preorder_id: Option<Id<Preorder>>,
    /// The store credit of the invoice's customer that pays, by the method Other.
    pub customer_credit_id: Option<Id<CustomerCredit>>,
}

/// A tender with what counts of it.
pub struct Accepted {
    method: PaymentMethod,
    amount: Money,
    pub(super) offered: Money,
    reference: Option<String>,
    notes: Option<String>,
    pub(super) source: Source,
}

/// Why a tender is refused.
#[derive(Refusal)]
enum TenderRefused {
    #[refusal(REQUIRED, at = "tenders", "Say how it is paid: at least one tender.")]
    None,
    #[refusal(LIMIT_EXCEEDED, at = "tenders", "At most {most} tenders in one call.")]
    TooMany { most: usize },
    #[refusal(
        OVERPAYMENT,
        at = "tenders.{index}.amount",
        "Only {remaining} is due, not {offered}. Lower this tender; only cash gives change."
    )]
    Overpayment { index: usize, remaining: Money, offered: Money },
    #[refusal(
        REQUIRED,
        at = "tenders.{index}.reference",
        "A {method} payment needs the reference of its transaction."
    )]
    NoReference { index: usize, method: &'static str },
    #[refusal(
        NOT_UNIQUE,
        at = "tenders.{index}.reference",
        "A {method} payment with the reference {reference} was entered already."
    )]
    SameReference { index: usize, method: &'static str, reference: String },
    #[refusal(
        OUT_OF_RANGE,
        at = "paymentDate",
        "The payment cannot be in the future: today is {today}."
    )]
    Future { today: NaiveDate },
}

/// The day of the payment: today, or an earlier one that the caller named.
pub fn payment_date(tx: &mut Tx, named: Option<NaiveDate>) -> NaiveDate {
    let today = tx.business_date;
    let date = named.unwrap_or(today);
    if date > today {
        tx.refuse(TenderRefused::Future { today });
    }
    date
}

/// Checks tenders and says what counts of each towards the amount due; every refusal is
/// noted. Without an amount due only the tenders themselves are checked.
pub fn accept(
    tx: &mut Tx,
    tenders: Vec<Tender>,
    sources: Vec<Source>,
    due: Option<&Money>,
) -> Vec<Accepted> {
    if tenders.len() > MOST_TENDERS {
        tx.refuse(TenderRefused::TooMany { most: MOST_TENDERS });
        return Vec::new();
    }
    if tenders.is_empty() && due.is_some_and(Money::is_positive) {
        tx.refuse(TenderRefused::None);
    }
    let mut accepted = Vec::with_capacity(tenders.len());
    for (index, (tender, source)) in tenders.into_iter().zip(sources).enumerate() {
        tx.positive(&tender.amount, &format!("tenders.{index}.amount"));
        let field = format!("tenders.{index}.reference");
        let reference = tx.optional_text(tender.reference, &field, 100);
        tx.no_card_number(reference.as_deref(), &field);
        let method = tender.payment_method;
        if method.needs_reference() && reference.is_none() {
            tx.refuse(TenderRefused::NoReference { index, method: method.spelling() });
        }
        let field = format!("tenders.{index}.notes");
        let notes = tx.optional_text(tender.notes, &field, 500);
        tx.no_card_number(notes.as_deref(), &field);
        let (amount, offered) = (tender.amount.clone(), tender.amount);
        accepted.push(Accepted { method, amount, offered, reference, notes, source });
    }
    if let Some(due) = due {
        apply(tx, &mut accepted, due.clone());
    }
    accepted
}

/// Cash comes last, so that change is only ever given for cash that was not needed.
fn apply(tx: &mut Tx, accepted: &mut [Accepted], due: Money) {
    let mut remaining = due;
    for cash in [false, true] {
        let turn = accepted.iter_mut().enumerate();
        for (index, tender) in turn.filter(|(_, t)| (t.method == PaymentMethod::Cash) == cash) {
            let leaves_rest = cash || matches!(tender.source, Source::Deposit { .. });
            if tender.offered > remaining && (!leaves_rest || remaining.is_zero()) {
                let (remaining, offered) = (remaining.clone(), tender.offered.clone());
                tx.refuse(TenderRefused::Overpayment { index, remaining, offered });
                continue;
            }
            tender.amount = remaining.clone().min(tender.offered.clone());
            remaining = remaining - tender.amount.clone();
        }
    }
}

/// What counts of all tenders together.
pub fn sum(accepted: &[Accepted]) -> Money {
    accepted.iter().map(|tender| &tender.amount).sum()
}

/// Enters accepted tenders as payments, into the caller's drawer.
///
/// # Errors
/// `NOT_UNIQUE` for a reference that was entered before, `PRECONDITION_FAILED` for cash where
/// the tenant wants it in a drawer.
pub async fn enter(
    tx: &mut Tx,
    invoice: i32,
    date: NaiveDate,
    accepted: Vec<Accepted>,
) -> Rule<()> {
    let received_by = tx.actor.user_id();
    let drawer = binding::drawer(tx, accepted.iter().map(|tender| tender.method)).await?;
    for (index, tender) in accepted.into_iter().enumerate() {
        let rest = tender.offered.clone() - tender.amount.clone();
        let gives_change = tender.method == PaymentMethod::Cash && rest.is_positive();
        let amount = tender.amount.clone();
        let mut sets = vec![
            Payment::INVOICE_ID.to(invoice),
            Payment::PAYMENT_DATE.to(date),
            Payment::PAYMENT_METHOD.to(tender.method),
            Payment::AMOUNT.to(tender.amount),
            Payment::TENDERED.to(gives_change.then_some(tender.offered)),
            Payment::CHANGE_GIVEN.to(gives_change.then(|| rest.clone())),
            Payment::NOTES.to(tender.notes),
            Payment::RECEIVED_BY.to(received_by),
            Payment::CASH_DRAWER_SESSION_ID.to(drawer),
        ];
        sets.extend(typed_reference(&tender.source, tender.reference.clone()));
        let entered = tx.insert::<Payment>(sets).await;
        entered.map_err(|rejection| {
            same_reference(rejection, index, tender.method, tender.reference)
        })?;
        match tender.source {
            Source::Hand => {}
            Source::Credit(credit) => customer_credit::spend(tx, &credit, &amount).await?,
            Source::Deposit { preorder, .. } => {
                if let Some(preorder) = preorder.filter(|_| rest.is_positive()) {
                    let source = customer_credit::Source::Deposit(preorder.id);
                    customer_credit::issue(tx, preorder.customer_id, rest, source).await?;
                }
            }
        }
    }
    Ok(())
}

/// What proves a tender: the caller's reference, or the deposit or store credit behind it.
fn typed_reference(source: &Source, reference: Option<String>) -> Vec<Set<Payment>> {
    match source {
        Source::Hand => vec![Payment::REFERENCE.to(reference)],
        Source::Deposit { key, preorder } => vec![
            Payment::REFERENCE.to(preorder.as_ref().map(|it| it.preorder_number.clone())),
            Payment::REFERENCE_KIND.to(Some(ReferenceKind::Deposit)),
            Payment::PREORDER_ID.to(Some(*key)),
        ],
        Source::Credit(credit) => vec![
            Payment::REFERENCE.to(Some(format!("CREDIT-{}", credit.id))),
            Payment::REFERENCE_KIND.to(Some(ReferenceKind::StoreCredit)),
            Payment::CUSTOMER_CREDIT_ID.to(Some(credit.id)),
        ],
    }
}

/// The database's refusal of a second live payment with the same reference, told at its tender.
fn same_reference(
    rejection: Rejection,
    index: usize,
    method: PaymentMethod,
    reference: Option<String>,
) -> Rejection {
    match (&rejection, reference) {
        (Rejection::Refused(refusals), Some(reference))
            if refusals.iter().any(|refusal| refusal.code == Code::NotUnique) =>
        {
            TenderRefused::SameReference { index, method: method.spelling(), reference }.into()
        }
        _ => rejection,
    }
}
