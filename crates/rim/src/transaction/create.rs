//! Entering a repayment: by the customer as announced, by the staff also as arrived (spec 5.6).

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};

use super::{PaymentMethod, Transaction, TransactionType, confirm};
use crate::admin_user::acting;
use crate::loan::{Loan, LoanStatus};
use crate::series;
use crate::user::User;

/// A repayment.
#[derive(InputObject)]
#[graphql(name = "RimTransactionCreateInput")]
pub struct Create {
    /// Who pays back; a customer, only itself.
    pub user_id: Id<User>,
    /// How much arrives.
    pub amount: Money,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// The loan to pay first; the one that is due first unless said.
    pub loan_id: Option<Id<Loan>>,
    /// Who moves the money, at most 100 characters.
    pub provider: Option<String>,
    /// The provider's reference, at most 100 characters; unique for each provider.
    pub reference: Option<String>,
    /// What it is for, at most 500 characters.
    pub description: Option<String>,
    /// What was paid before the fee; the amount and the fee add up to it.
    pub original_amount: Option<Money>,
    /// What the provider kept.
    pub fee: Option<Money>,
    /// Whether the money is here already; only the staff can say so.
    pub arrived: Option<bool>,
    /// Makes a repeated call the same call.
    pub idempotency_key: String,
}

mutation! {
    /// Enters a repayment; one that arrived goes to the loans at once.
    pub CREATE = "rimTransactionCreate"(Create) -> Transaction,
    permission "rim.transaction.transition:create", keyed => create
}

/// Enters a repayment (spec 5.6).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Transaction> {
    let user: User = tx.lock(&input.user_id, "userId").await?;
    let named = match &input.loan_id {
        Some(id) => Some(named(tx, id, &user).await?),
        None => None,
    };
    let arrived = input.arrived.unwrap_or(false);
    tx.positive(&input.amount, "amount");
    let may_say = tx.actor.key_as("user").is_none();
    tx.require(may_say || !arrived, || {
        let message = "Whether the money arrived is confirmed by the lender.";
        Refusal::new(Code::Forbidden, "arrived", message)
    });
    check_fee(tx, &input);
    let provider = tx.optional_text(input.provider, "provider", 100);
    let reference = tx.optional_text(input.reference, "reference", 100);
    let description = tx.optional_text(input.description, "description", 500);
    tx.no_card_number(reference.as_deref(), "reference");
    tx.no_card_number(description.as_deref(), "description");
    confirm::no_overpayment(tx, &user, &input.amount, "amount").await?;
    tx.settle()?;
    let sets = vec![
        Transaction::TRANSACTION_ID.to(tx.draw_number(&series::TRANSACTION).await?),
        Transaction::USER_ID.to(user.id),
        Transaction::USER_PHONE.to(user.phone.clone()),
        Transaction::USER_EMAIL.to(Some(user.email.clone())),
        Transaction::TYPE.to(TransactionType::Repayment),
        Transaction::AMOUNT.to(input.amount),
        Transaction::PAYMENT_METHOD.to(Some(input.payment_method)),
        Transaction::PROVIDER.to(provider),
        Transaction::REFERENCE.to(reference),
        Transaction::DESCRIPTION.to(description),
        Transaction::LOAN_ID.to(named.map(|loan| loan.id)),
        Transaction::ORIGINAL_AMOUNT.to(input.original_amount),
        Transaction::FEE.to(input.fee),
        Transaction::CREATED_BY.to(acting(tx)),
    ];
    let transaction = tx.insert(sets).await?;
    if arrived {
        return confirm::repaid(tx, &transaction, &user).await;
    }
    Ok(transaction)
}

/// The loan that a repayment names: the customer's, and open.
async fn named(tx: &mut Tx, id: &Id<Loan>, user: &User) -> Rule<Loan> {
    let loan: Loan = tx.read(id, "loanId").await?;
    tx.require(loan.user_id == user.id, || {
        let message = "This loan is another customer's.";
        Refusal::new(Code::ValidationFailed, "loanId", message)
    });
    let open = [LoanStatus::Disbursed, LoanStatus::Repaying, LoanStatus::Defaulted];
    tx.require(open.contains(&loan.status), || {
        let status = loan.status.spelling();
        let message = format!("The loan is {status}; only one that is out can be paid back.");
        Refusal::new(Code::PreconditionFailed, "loanId", message).with("status", status)
    });
    Ok(loan)
}

fn check_fee(tx: &mut Tx, input: &Create) {
    for (amount, field) in [(&input.original_amount, "originalAmount"), (&input.fee, "fee")] {
        if let Some(amount) = amount {
            tx.amount(amount, field);
        }
    }
    if let (Some(original), Some(fee)) = (&input.original_amount, &input.fee) {
        let arrives = original - fee;
        tx.require(arrives == input.amount, || {
            let message = format!("Less the fee, {arrives} arrives; the amount says otherwise.");
            let refusal = Refusal::new(Code::AmountMismatch, "amount", message);
            refusal.with("expected", arrives.to_string()).with("actual", input.amount.to_string())
        });
    }
}
