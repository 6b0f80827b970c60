//! Entering a repayment: by the customer as announced, by the staff also as arrived (spec 5.6),
//! by a gateway as it stands there.

use async_graphql::InputObject;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use bizgraph_kernel::scalars::Json;
use serde_json::Value;

use super::{PaymentMethod, Transaction, TransactionType, confirm};
use crate::admin_user::acting;
use crate::loan::{Loan, LoanStatus, metadata};
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
    /// What the provider paid for it; only the staff can say so.
    pub commission: Option<Money>,
    /// What else is to be kept with it.
    pub metadata: Option<Json>,
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

/// A repayment, whoever enters it.
pub struct Entry {
    pub amount: Money,
    pub payment_method: PaymentMethod,
    pub loan: Option<Loan>,
    pub provider: Option<String>,
    pub reference: Option<String>,
    pub description: Option<String>,
    pub original_amount: Option<Money>,
    pub fee: Option<Money>,
    pub commission: Option<Money>,
    pub metadata: Option<Value>,
}

/// Enters a repayment (spec 5.6).
pub async fn create(tx: &mut Tx, input: Create) -> Rule<Transaction> {
    let user: User = tx.lock(&input.user_id, "userId").await?;
    let loan = match &input.loan_id {
        Some(id) => Some(tx.read::<Loan>(id, "loanId").await?),
        None => None,
    };
    let arrived = input.arrived.unwrap_or(false);
    let is_staff = tx.actor.key_as("user").is_none();
    for (is_said, field) in [(arrived, "arrived"), (input.commission.is_some(), "commission")] {
        tx.require(is_staff || !is_said, || {
            Refusal::new(Code::Forbidden, field, "Only the lender can say this.")
        });
    }
    let entry = Entry {
        amount: input.amount,
        payment_method: input.payment_method,
        loan,
        provider: tx.optional_text(input.provider, "provider", 100),
        reference: tx.optional_text(input.reference, "reference", 100),
        description: tx.optional_text(input.description, "description", 500),
        original_amount: input.original_amount,
        fee: input.fee,
        commission: input.commission,
        metadata: input.metadata.map(|Json(given)| given),
    };
    check(tx, &user, &entry).await?;
    tx.settle()?;
    let transaction = enter(tx, &user, entry).await?;
    if arrived {
        return confirm::repaid(tx, &transaction, &user).await;
    }
    Ok(transaction)
}

/// Refuses what no repayment may be, whoever enters it; the customer is locked.
pub async fn check(tx: &mut Tx, user: &User, entry: &Entry) -> Rule<()> {
    if let Some(loan) = &entry.loan {
        check_loan(tx, loan, user);
    }
    tx.positive(&entry.amount, "amount");
    check_fee(tx, entry);
    if let Some(given) = &entry.metadata {
        metadata::check(tx, given, &["originalAmount", "fee", "commission"]);
    }
    tx.no_card_number(entry.reference.as_deref(), "reference");
    tx.no_card_number(entry.description.as_deref(), "description");
    confirm::no_overpayment(tx, user, &entry.amount, "amount").await
}

/// Writes a repayment down as announced.
pub async fn enter(tx: &mut Tx, user: &User, entry: Entry) -> Rule<Transaction> {
    let mut sets = vec![
        Transaction::TRANSACTION_ID.to(tx.draw_number(&series::TRANSACTION).await?),
        Transaction::USER_ID.to(user.id),
        Transaction::USER_PHONE.to(user.phone.clone()),
        Transaction::USER_EMAIL.to(Some(user.email.clone())),
        Transaction::TYPE.to(TransactionType::Repayment),
        Transaction::AMOUNT.to(entry.amount),
        Transaction::PAYMENT_METHOD.to(Some(entry.payment_method)),
        Transaction::PROVIDER.to(entry.provider),
        Transaction::REFERENCE.to(entry.reference),
        Transaction::DESCRIPTION.to(entry.description),
        Transaction::LOAN_ID.to(entry.loan.map(|loan| loan.id)),
        Transaction::ORIGINAL_AMOUNT.to(entry.original_amount),
        Transaction::FEE.to(entry.fee),
        Transaction::COMMISSION.to(entry.commission),
        Transaction::CREATED_BY.to(acting(tx)),
    ];
    sets.extend(entry.metadata.map(|given| Transaction::FURTHER_METADATA.to(given)));
    tx.insert(sets).await
}

/// The loan that a repayment names is the customer's, and open.
fn check_loan(tx: &mut Tx, loan: &Loan, user: &User) {
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
}

fn check_fee(tx: &mut Tx, entry: &Entry) {
    for (amount, field) in [(&entry.fee, "fee"), (&entry.commission, "commission")] {
        if let Some(amount) = amount {
            tx.amount(amount, field);
        }
    }
    if let Some(original) = &entry.original_amount {
        tx.positive(original, "originalAmount");
    }
    if let (Some(original), Some(fee)) = (&entry.original_amount, &entry.fee) {
        let arrives = original - fee;
        tx.require(arrives == entry.amount, || {
            let message = format!("Less the fee, {arrives} arrives; the amount says otherwise.");
            let refusal = Refusal::new(Code::AmountMismatch, "amount", message);
            refusal.with("expected", arrives.to_string()).with("actual", entry.amount.to_string())
        });
    }
}
