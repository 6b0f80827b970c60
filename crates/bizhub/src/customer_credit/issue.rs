//! Store credit is given, and taken back while nothing of it is spent (spec 6.6, 6.7).

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;

use super::{CreditSourceKind, CustomerCredit};

/// What a store credit is given for.
pub enum Source {
    /// The deposit of this preorder.
    Deposit(i32),
    /// This refund.
    Refund(i32),
}

/// Gives a customer store credit over an amount above zero.
///
/// # Errors
/// Any fault of the database.
pub async fn issue(
    tx: &mut Tx,
    customer: i32,
    amount: Money,
    source: Source,
) -> Rule<CustomerCredit> {
    let (kind, preorder, refund) = match source {
        Source::Deposit(preorder) => (CreditSourceKind::Deposit, Some(preorder), None),
        Source::Refund(refund) => (CreditSourceKind::Refund, None, Some(refund)),
    };
    let (today, issued_by) = (tx.business_date, tx.actor.user_id());
    tx.insert::<CustomerCredit>(vec![
        CustomerCredit::CUSTOMER_ID.to(customer),
        CustomerCredit::AMOUNT.to(amount),
        CustomerCredit::SOURCE_KIND.to(kind),
        CustomerCredit::PREORDER_ID.to(preorder),
        CustomerCredit::REFUND_ID.to(refund),
        CustomerCredit::ISSUED_DATE.to(today),
        CustomerCredit::ISSUED_BY.to(issued_by),
    ])
    .await
}

/// Takes a locked credit back of which nothing is spent.
///
/// # Errors
/// Any fault of the database.
pub async fn take_back(tx: &mut Tx, credit: &CustomerCredit, reason: &str) -> Rule<()> {
    let sets = vec![
        CustomerCredit::VOIDED_AT.to(Some(tx.now)),
        CustomerCredit::VOID_REASON.to(Some(reason.to_owned())),
    ];
    tx.update(credit, sets).await?;
    Ok(())
}
