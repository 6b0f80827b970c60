//! A gateway tells of a payment of a customer (spec 5.6). It is entered when it is heard of
//! first, unless the customer announced it, and goes to the loans when the gateway has it. What
//! the gateway took back is taken back from the loans; it asks nobody for that.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::input::e164;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::{Value, json};

use super::event::{Event, Payment, Status};
use crate::api_integration::{ApiIntegration, ApiIntegrationType};
use crate::loan::Loan;
use crate::transaction::create::{self, Entry};
use crate::transaction::{Transaction, TransactionStatus, confirm, fail, machine, refund};
use crate::user::User;

/// Enters, completes or fails a payment.
pub async fn told(tx: &mut Tx, gateway: &ApiIntegration, event: &Event) -> Rule<Value> {
    tx.require(gateway.r#type == ApiIntegrationType::PaymentGateway, || {
        let message = "Only a payment gateway tells of repayments.";
        Refusal::new(Code::ValidationFailed, "kind", message)
    });
    tx.settle()?;
    let Some(payment) = &event.payment else {
        return Err(Refusal::new(Code::Required, "amount", "The payment is missing.").into());
    };
    let user = customer(tx, &payment.customer).await?;
    let transaction = match earlier(tx, gateway, event).await? {
        Some(earlier) => {
            agrees(tx, &earlier, &user, payment)?;
            earlier
        }
        None if event.status == Status::Reversed => {
            let message = "No payment is known under this reference; tell of it first.";
            return Err(Refusal::new(Code::NotFound, "reference", message).into());
        }
        None => enter(tx, gateway, event, payment, &user).await?,
    };
    let transaction = end(tx, event, &user, transaction).await?;
    Ok(json!({
        "transactionId": transaction.transaction_id, "status": transaction.status.spelling(),
    }))
}

/// The customer, locked.
async fn customer(tx: &mut Tx, told: &str) -> Rule<User> {
    let phone = e164(told, &tx.actor.tenant.country);
    let mut live = Sql::new("t.deleted_at IS NULL AND (t.user_id = ");
    live.bind(Bind::Text(Some(told.to_owned()))).push(" OR t.phone = ANY(");
    live.bind(tx.personal_forms(&phone.iter().map(String::as_str).collect::<Vec<_>>()));
    live.push(")) ORDER BY t.id FOR NO KEY UPDATE OF t");
    let found = tx.select::<User>(live).await?.pop();
    found.ok_or_else(|| {
        let message = "There is no such customer.";
        Refusal::new(Code::ReferenceNotFound, "customer", message).into()
    })
}

/// What is known of the payment already, locked.
async fn earlier(
    tx: &mut Tx,
    gateway: &ApiIntegration,
    event: &Event,
) -> Rule<Option<Transaction>> {
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    let mut its = Sql::new("t.type = 'repayment' AND t.provider = ");
    its.bind(text(&gateway.provider)).push(" AND t.reference = ").bind(text(&event.reference));
    its.push(" AND t.deleted_at IS NULL FOR NO KEY UPDATE OF t");
    Ok(tx.select(its).await?.pop())
}

fn agrees(tx: &mut Tx, earlier: &Transaction, user: &User, payment: &Payment) -> Rule<()> {
    tx.require(earlier.user_id == user.id, || {
        let message = "This payment is another customer's.";
        Refusal::new(Code::ValidationFailed, "customer", message)
    });
    tx.require(earlier.amount == payment.amount, || {
        let (known, told) = (earlier.amount.to_string(), payment.amount.to_string());
        let message = format!("The payment is of {known}; {told} is told now.");
        let refusal = Refusal::new(Code::AmountMismatch, "amount", message);
        refusal.with("expected", known).with("actual", told)
    });
    tx.settle()
}

async fn enter(
    tx: &mut Tx,
    gateway: &ApiIntegration,
    event: &Event,
    payment: &Payment,
    user: &User,
) -> Rule<Transaction> {
    let loan = match &payment.loan {
        Some(number) => Some(loan(tx, number, user).await?),
        None => None,
    };
    let entry = Entry {
        amount: payment.amount.clone(),
        payment_method: payment.method,
        loan,
        provider: Some(gateway.provider.clone()),
        reference: Some(event.reference.clone()),
        description: None,
        original_amount: payment.original_amount.clone(),
        fee: payment.fee.clone(),
        commission: None,
        metadata: None,
    };
    create::check(tx, user, &entry).await?;
    tx.settle()?;
    create::enter(tx, user, entry).await
}

/// The loan with this business number.
async fn loan(tx: &mut Tx, number: &str, user: &User) -> Rule<Loan> {
    let mut its = Sql::new("t.deleted_at IS NULL AND t.loan_id = ");
    its.bind(Bind::Text(Some(number.to_owned()))).push(" AND t.user_id = ").bind(user.id.into());
    let found = tx.select::<Loan>(its).await?.pop();
    found.ok_or_else(|| {
        let message = "The customer has no such loan.";
        Refusal::new(Code::ReferenceNotFound, "loan", message).into()
    })
}

/// Brings a payment to where the gateway says that it is; what is there already stays.
async fn end(
    tx: &mut Tx,
    event: &Event,
    user: &User,
    transaction: Transaction,
) -> Rule<Transaction> {
    match (event.status, transaction.status) {
        (Status::Pending, _)
        | (Status::Completed, TransactionStatus::Completed)
        | (Status::Failed, TransactionStatus::Failed)
        | (Status::Reversed, TransactionStatus::Refunded) => Ok(transaction),
        (Status::Completed, _) => {
            tx.check_move(&transaction, &machine::CONFIRM, None, "status")?;
            confirm::no_overpayment(tx, user, &transaction.amount, "amount").await?;
            tx.settle()?;
            confirm::repaid(tx, &transaction, user).await
        }
        (Status::Failed, _) => {
            tx.check_move(&transaction, &machine::FAIL, None, "status")?;
            let reason = event.reason_or("The gateway failed it");
            fail::end(tx, &transaction, None, reason).await
        }
        (Status::Reversed, TransactionStatus::Pending) => {
            let reason = event.reason_or("The gateway took it back");
            fail::end(tx, &transaction, None, reason).await
        }
        (Status::Reversed, _) => {
            refund::check(tx, &transaction, None, "status");
            tx.settle()?;
            refund::give_back(tx, user, None, &transaction, event.proof()).await
        }
    }
}
