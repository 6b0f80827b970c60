//! How money of a preorder changes hands outside an invoice: the deposit, its way back, and a
//! shortfall (spec 6.6, 6.8).

use async_graphql::InputObject;
use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::{Code, Rejection, Rule};

use crate::cash_drawer_session::binding;
use crate::customer_credit::{self, Source};
use crate::payment::{Payment, PaymentMethod, reference};
use crate::preorder::Preorder;
use crate::preorder_payment::{PreorderPayment, PreorderPaymentKind};

/// How money goes back to the customer of a preorder, or comes from it.
#[derive(InputObject)]
#[graphql(name = "BizhubPreorderTenderInput")]
pub struct TenderInput {
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// The transaction's reference, at most 100 characters: required for MoMo, bank transfers
    /// and cards, and unique per method for what comes in.
    pub reference: Option<String>,
    /// Whether it goes back as store credit of the customer; then the method is Other.
    #[graphql(default)]
    pub store_credit: bool,
}

/// A tender that was checked.
pub struct PreorderTender {
    pub method: PaymentMethod,
    pub reference: Option<String>,
    store_credit: bool,
}

/// Why a tender is refused.
#[derive(Refusal)]
enum TenderRefused {
    #[refusal(REQUIRED, at = "tender", "Say how {amount} is paid.")]
    Missing { amount: Money },
    #[refusal(VALIDATION_FAILED, at = "tender", "There is nothing to pay. Leave the tender out.")]
    Needless,
    #[refusal(
        REQUIRED,
        at = "{field}",
        "A {method} payment needs the reference of its transaction."
    )]
    NoReference { field: &'static str, method: &'static str },
    #[refusal(
        NOT_UNIQUE,
        at = "{field}",
        "A {method} payment with the reference {reference} was entered already."
    )]
    SameReference { field: &'static str, method: &'static str, reference: String },
    #[refusal(
        VALIDATION_FAILED,
        at = "tender.paymentMethod",
        "Store credit is paid out by the method Other."
    )]
    CreditIsOther,
    #[refusal(
        VALIDATION_FAILED,
        at = "tender.storeCredit",
        "Store credit cannot pay what is owed for a preorder. Take another method."
    )]
    CreditComesIn,
}

/// Checks the tender for an amount that goes back; without an amount there must be none.
pub fn payout(tx: &mut Tx, tender: Option<TenderInput>, amount: &Money) -> Option<PreorderTender> {
    let tender = wanted(tx, tender, amount)?;
    let reference = checked(tx, tender.reference, "tender.reference");
    if tender.store_credit && tender.payment_method != PaymentMethod::Other {
        tx.refuse(TenderRefused::CreditIsOther);
    }
    needs_reference(tx, tender.payment_method, reference.as_ref(), "tender.reference");
    let (method, store_credit) = (tender.payment_method, tender.store_credit);
    Some(PreorderTender { method, reference, store_credit })
}

/// Checks the tender for an amount that comes in; without an amount there must be none.
///
/// # Errors
/// Any fault of the database.
pub async fn income(
    tx: &mut Tx,
    tender: Option<TenderInput>,
    amount: &Money,
) -> Rule<Option<PreorderTender>> {
    let Some(tender) = wanted(tx, tender, amount) else { return Ok(None) };
    if tender.store_credit {
        tx.refuse(TenderRefused::CreditComesIn);
    }
    let field = "tender.reference";
    Ok(Some(taken(tx, tender.payment_method, tender.reference, field).await?))
}

/// Checks method and reference of money that comes in. A transfer that paid an invoice is no
/// deposit as well.
///
/// # Errors
/// Any fault of the database.
pub async fn taken(
    tx: &mut Tx,
    method: PaymentMethod,
    text: Option<String>,
    field: &'static str,
) -> Rule<PreorderTender> {
    let reference = checked(tx, text, field);
    needs_reference(tx, method, reference.as_ref(), field);
    if method.needs_reference()
        && let Some(text) = &reference
    {
        reference::hold(tx, method, text).await?;
        let mut same = Sql::new("t.voided_at IS NULL AND t.payment_method = ");
        same.bind(Bind::Text(Some(method.spelling().to_owned()))).push(" AND t.reference = ");
        same.bind(Bind::Text(Some(text.clone()))).push(" LIMIT 1");
        if !tx.select::<Payment>(same).await?.is_empty() {
            let (method, reference) = (method.spelling(), text.clone());
            tx.refuse(TenderRefused::SameReference { field, method, reference });
        }
    }
    Ok(PreorderTender { method, reference, store_credit: false })
}

fn wanted(tx: &mut Tx, tender: Option<TenderInput>, amount: &Money) -> Option<TenderInput> {
    match (&tender, amount.is_positive()) {
        (None, true) => tx.refuse(TenderRefused::Missing { amount: amount.clone() }),
        (Some(_), false) => tx.refuse(TenderRefused::Needless),
        _ => return tender,
    }
    None
}

fn checked(tx: &mut Tx, text: Option<String>, field: &str) -> Option<String> {
    let reference = tx.optional_text(text, field, 100);
    tx.no_card_number(reference.as_deref(), field);
    reference
}

fn needs_reference(
    tx: &mut Tx,
    method: PaymentMethod,
    reference: Option<&String>,
    field: &'static str,
) {
    if method.needs_reference() && reference.is_none() {
        tx.refuse(TenderRefused::NoReference { field, method: method.spelling() });
    }
}

/// Enters what changed hands; store credit is given in the same stroke.
///
/// # Errors
/// `NOT_UNIQUE` for a reference that another deposit or shortfall was paid with.
pub async fn enter(
    tx: &mut Tx,
    preorder: &Preorder,
    kind: PreorderPaymentKind,
    tender: PreorderTender,
    amount: &Money,
    field: &'static str,
) -> Rule<()> {
    let credit = if tender.store_credit {
        let source = Source::Deposit(preorder.id);
        Some(customer_credit::issue(tx, preorder.customer_id, amount.clone(), source).await?.id)
    } else {
        None
    };
    let drawer = binding::drawer(tx, [tender.method]).await?;
    let (today, recorded_by) = (tx.business_date, tx.actor.user_id());
    let reference = tender.reference.clone();
    let entered = tx
        .append::<PreorderPayment>(vec![
            PreorderPayment::PREORDER_ID.to(preorder.id),
            PreorderPayment::PAYMENT_KIND.to(kind),
            PreorderPayment::PAYMENT_DATE.to(today),
            PreorderPayment::PAYMENT_METHOD.to(tender.method),
            PreorderPayment::AMOUNT.to(amount.clone()),
            PreorderPayment::REFERENCE.to(tender.reference),
            PreorderPayment::CUSTOMER_CREDIT_ID.to(credit),
            PreorderPayment::RECORDED_BY.to(recorded_by),
            PreorderPayment::CASH_DRAWER_SESSION_ID.to(drawer),
        ])
        .await;
    match (entered, reference) {
        (Err(Rejection::Refused(refusals)), Some(reference))
            if refusals.iter().any(|refusal| refusal.code == Code::NotUnique) =>
        {
            let method = tender.method.spelling();
            Err(TenderRefused::SameReference { field, method, reference }.into())
        }
        (entered, _) => entered.map(|_| ()),
    }
}
