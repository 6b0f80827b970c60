//! The money arrived: a repayment goes to the loans, airtime starts its loan (spec 5.4, 5.6).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use uuid::Uuid;

use super::{Transaction, TransactionStatus, TransactionType, machine};
use crate::loan::{Loan, disburse, repay};
use crate::system_config::keys;
use crate::user::{User, figures};

/// What arrived.
#[derive(InputObject)]
#[graphql(name = "RimTransactionConfirmInput")]
pub struct Confirm {
    /// The transaction.
    pub transaction_id: Id<Transaction>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// The telecom's reference for airtime, at most 100 characters.
    pub telco_reference: Option<String>,
    /// Makes a repeated call the same call.
    pub idempotency_key: String,
}

mutation! {
    /// Says that the money arrived.
    pub CONFIRM = "rimTransactionConfirm"(Confirm) -> Transaction,
    permission "rim.transaction.transition:confirm", keyed => confirm
}

/// Locks a transaction's customer, then its loan, then the transaction.
pub async fn lock(
    tx: &mut Tx,
    id: &Id<Transaction>,
    expected_version: Option<i32>,
) -> Rule<(User, Option<Loan>, Transaction)> {
    let seen: Transaction = tx.read(id, "transactionId").await?;
    let (user, loan) = lock_whose(tx, &seen).await?;
    let transaction = tx.lock_version(id, "transactionId", expected_version).await?;
    Ok((user, loan, transaction))
}

/// The same for a transaction that is known by its key.
pub async fn lock_key(tx: &mut Tx, key: Uuid) -> Rule<(User, Option<Loan>, Transaction)> {
    let seen: Transaction = tx.get(key).await?;
    let (user, loan) = lock_whose(tx, &seen).await?;
    Ok((user, loan, tx.get_locked(key).await?))
}

async fn lock_whose(tx: &mut Tx, seen: &Transaction) -> Rule<(User, Option<Loan>)> {
    let user = tx.get_locked(seen.user_id).await?;
    let loan = match (seen.r#type, seen.loan_id) {
        (TransactionType::Airtime, Some(loan)) => Some(tx.get_locked(loan).await?),
        _ => None,
    };
    Ok((user, loan))
}

/// Says that the money arrived (spec 5.6).
pub async fn confirm(tx: &mut Tx, input: Confirm) -> Rule<Transaction> {
    let (user, loan, transaction) = lock(tx, &input.transaction_id, input.expected_version).await?;
    tx.check_move(&transaction, &machine::CONFIRM, None, "transactionId")?;
    let telco_reference = tx.optional_text(input.telco_reference, "telcoReference", 100);
    tx.no_card_number(telco_reference.as_deref(), "telcoReference");
    if loan.is_none() {
        no_overpayment(tx, &user, &transaction.amount, "transactionId").await?;
    }
    tx.settle()?;
    match loan {
        Some(loan) => airtime_arrived(tx, &transaction, &loan, &user, telco_reference).await,
        None => repaid(tx, &transaction, &user).await,
    }
}

async fn complete(tx: &mut Tx, transaction: &Transaction) -> Rule<Transaction> {
    let sets = vec![Transaction::COMPLETED_AT.to(Some(tx.now))];
    let completed = TransactionStatus::Completed.spelling();
    tx.advance(transaction, &machine::CONFIRM, completed, sets).await
}

/// Completes airtime and starts its loan, all locked.
pub async fn airtime_arrived(
    tx: &mut Tx,
    transaction: &Transaction,
    loan: &Loan,
    user: &User,
    telco_reference: Option<String>,
) -> Rule<Transaction> {
    let transaction = complete(tx, transaction).await?;
    disburse::arrived(tx, loan, user, &transaction, telco_reference).await?;
    Ok(transaction)
}

/// Completes a repayment and lets it go to the loans.
pub async fn repaid(tx: &mut Tx, transaction: &Transaction, user: &User) -> Rule<Transaction> {
    let transaction = complete(tx, transaction).await?;
    let amount = transaction.amount.clone();
    repay::apply(tx, &transaction, &amount).await?;
    figures::refresh(tx, user.id).await?;
    Ok(transaction)
}

/// Refuses more than all that the customer owes, unless the tenant keeps credit.
pub async fn no_overpayment(tx: &mut Tx, user: &User, amount: &Money, field: &str) -> Rule<()> {
    if keys::REPAYMENTS_ALLOW_CREDIT.flag(tx).await? {
        return Ok(());
    }
    let loans = repay::open_loans(tx, user.id, None).await?;
    let owed: Money = loans.iter().map(|loan| &loan.outstanding_amount).sum();
    tx.require(amount <= &owed, || {
        let message = format!("The customer owes {owed}; {amount} is more than that.");
        let refusal = Refusal::new(Code::Overpayment, field, message);
        refusal.with("outstanding", owed.to_string()).with("amount", amount.to_string())
    });
    Ok(())
}
