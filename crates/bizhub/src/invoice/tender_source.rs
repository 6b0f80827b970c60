//! Where a tender's money comes from: the customer's hand, the deposit of a preorder, or store
//! credit (spec 6.6). The last two enter as Other with a typed reference that writes itself.

use std::collections::BTreeSet;

use bizgraph_kernel::Refusal;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::db::tx::not_found;
use bizgraph_kernel::entity::{Bind, Entity, Id, Sql};
use bizgraph_kernel::input::trimmed;
use bizgraph_kernel::refusal::Rule;

use crate::customer_credit::{self, CustomerCredit};
use crate::invoice::references;
use crate::invoice::tender::{MOST_TENDERS, Tender};
use crate::payment::{PaymentMethod, reference};
use crate::preorder::Preorder;
use crate::preorder_payment::PreorderPayment;

/// Where the money of one tender comes from.
pub enum Source {
    /// The customer's hand, phone or bank.
    Hand,
    /// The deposit of the preorder with this key; the row once it was checked.
    Deposit { key: i32, preorder: Option<Box<Preorder>> },
    /// Store credit, locked.
    Credit(Box<CustomerCredit>),
}

/// Why a source is refused.
#[derive(Refusal)]
enum SourceRefused {
    #[refusal(
        VALIDATION_FAILED,
        at = "{field}",
        "A tender is a deposit or store credit, not both. Make two tenders."
    )]
    TwoSources { field: String },
    #[refusal(
        VALIDATION_FAILED,
        at = "{field}.paymentMethod",
        "Deposits and store credit are paid by the method Other."
    )]
    NotOther { field: String },
    #[refusal(
        VALIDATION_FAILED,
        at = "{field}.reference",
        "The reference of a deposit or of store credit is written by itself. Leave it out."
    )]
    OwnReference { field: String },
    #[refusal(NOT_UNIQUE, at = "{field}", "Another tender names the same. Put them together.")]
    Twice { field: String },
    #[refusal(
        NOT_UNIQUE,
        at = "{field}.reference",
        "A {method} payment with the reference {reference} paid for a preorder already."
    )]
    Deposited { field: String, method: &'static str, reference: String },
}

/// Says where each tender comes from and locks store credit, in ascending order and before any
/// goods; every refusal is noted.
///
/// # Errors
/// Any fault of the database.
pub async fn sources(tx: &mut Tx, tenders: &[Tender], customer: Option<i32>) -> Rule<Vec<Source>> {
    let mut keys = Vec::with_capacity(tenders.len());
    let mut named = BTreeSet::new();
    for (index, tender) in tenders.iter().take(MOST_TENDERS).enumerate() {
        let field = format!("tenders.{index}");
        let deposit = key(tx, tender.preorder_id.as_ref(), &format!("{field}.preorderId")).await?;
        let credit =
            key(tx, tender.customer_credit_id.as_ref(), &format!("{field}.customerCreditId"))
                .await?;
        keys.push((deposit, credit));
        if tender.preorder_id.is_some() || tender.customer_credit_id.is_some() {
            check_typed(tx, tender, &field);
            if !named.insert((deposit, credit)) {
                tx.refuse(SourceRefused::Twice { field });
            }
        } else {
            refuse_deposited(tx, tender, field).await?;
        }
    }
    let credits: Vec<i32> = keys.iter().filter_map(|(_, credit)| *credit).collect();
    let credits = match credits.is_empty() {
        true => Vec::new(),
        false => tx.get_all_locked::<CustomerCredit>(&credits).await?,
    };
    let mut sources = Vec::with_capacity(keys.len());
    for (index, (keys, tender)) in keys.into_iter().zip(tenders).enumerate() {
        sources.push(match keys {
            (Some(key), _) => Source::Deposit { key, preorder: None },
            (None, Some(key)) => {
                let field = format!("tenders.{index}");
                credit_of(tx, &credits, key, customer, tender, &field)
            }
            (None, None) => Source::Hand,
        });
    }
    Ok(sources)
}

/// Refuses what does not go with a deposit or store credit.
fn check_typed(tx: &mut Tx, tender: &Tender, field: &str) {
    if tender.preorder_id.is_some() && tender.customer_credit_id.is_some() {
        tx.refuse(SourceRefused::TwoSources { field: field.to_owned() });
    }
    if tender.payment_method != PaymentMethod::Other {
        tx.refuse(SourceRefused::NotOther { field: field.to_owned() });
    }
    if tender.reference.is_some() {
        tx.refuse(SourceRefused::OwnReference { field: field.to_owned() });
    }
}

/// Refuses a transfer that paid a deposit or a shortfall of a preorder.
async fn refuse_deposited(tx: &mut Tx, tender: &Tender, field: String) -> Rule<()> {
    let method = tender.payment_method;
    let Some(reference) = trimmed(tender.reference.clone()) else { return Ok(()) };
    if !method.needs_reference() {
        return Ok(());
    }
    reference::hold(tx, method, &reference).await?;
    let mut same = Sql::new("t.payment_kind <> 'Refund' AND t.payment_method = ");
    same.bind(Bind::Text(Some(method.spelling().to_owned()))).push(" AND t.reference = ");
    same.bind(Bind::Text(Some(reference.clone()))).push(" LIMIT 1");
    if !tx.select::<PreorderPayment>(same).await?.is_empty() {
        let method = method.spelling();
        tx.refuse(SourceRefused::Deposited { field, method, reference });
    }
    Ok(())
}

/// The locked store credit behind a tender; every refusal is noted.
fn credit_of(
    tx: &mut Tx,
    credits: &[CustomerCredit],
    key: i32,
    customer: Option<i32>,
    tender: &Tender,
    field: &str,
) -> Source {
    match credits.iter().find(|credit| credit.id == key) {
        Some(credit) => {
            customer_credit::check(tx, credit, customer, &tender.amount, field);
            Source::Credit(Box::new(credit.clone()))
        }
        None => {
            tx.refuse(not_found::<CustomerCredit>(&format!("{field}.customerCreditId")));
            Source::Hand
        }
    }
}

async fn key<E: Entity>(tx: &mut Tx, id: Option<&Id<E>>, field: &str) -> Rule<Option<i32>> {
    match id {
        Some(id) => references::key(tx, id, field).await,
        None => Ok(None),
    }
}
