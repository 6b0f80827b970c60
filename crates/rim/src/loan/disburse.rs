//! Paying the airtime of a loan out (spec 5.4, 5.5). Asking for it writes the transaction; the
//! telecom is called with nothing locked; confirming or failing the transaction moves the loan.

use async_graphql::InputObject;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::Id;
use bizgraph_kernel::mutation;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};

use super::{Loan, LoanStatus, approve, eligibility, machine, messages, repay};
use crate::admin_user::acting;
use crate::api_integration::{ApiIntegration, health};
use crate::series;
use crate::system_alert::{SystemAlertType, evaluate};
use crate::telecom::send;
use crate::transaction::{Transaction, TransactionType};
use crate::user::{User, figures};

/// Which loan to pay out.
#[derive(InputObject)]
#[graphql(name = "RimLoanDisburseInput")]
pub struct Disburse {
    /// The loan.
    pub loan_id: Id<Loan>,
    /// The version that was read; the move is refused when it is no longer that.
    pub expected_version: Option<i32>,
    /// Makes a repeated call the same call.
    pub idempotency_key: String,
}

/// Failures after which a loan is not paid out by itself any more, and somebody is told.
const MOST_ATTEMPTS: i32 = 3;

mutation! {
    /// Sends the airtime of a loan on its way; the loan is paid out when the telecom confirms.
    pub DISBURSE = "rimLoanDisburse"(Disburse) -> Loan,
    permission "rim.loan.transition:disburse", keyed => disburse
}

/// Sends airtime on its way (spec 5.5).
pub async fn disburse(tx: &mut Tx, input: Disburse) -> Rule<Loan> {
    let (user, loan) = approve::lock(tx, &input.loan_id, input.expected_version).await?;
    pay_out(tx, &user, &loan).await?;
    Ok(loan)
}

/// Sends the airtime of a locked loan to its locked customer, if it can still go there.
pub async fn pay_out(tx: &mut Tx, user: &User, loan: &Loan) -> Rule<()> {
    tx.check_move(loan, &machine::DISBURSE, None, "loanId")?;
    approve::no_airtime_on_its_way(tx, loan).await?;
    eligibility::is_active(tx, user, "loanId");
    let standing = eligibility::standing(tx, user, Some(loan.id)).await?;
    eligibility::fits(tx, user, &standing, &loan.amount)?;
    let telecom = send::telecom(tx, loan.network).await?;
    tx.require(telecom.is_some(), || {
        let message = loan.waits_for.clone().unwrap_or_else(|| "No telecom takes it.".to_owned());
        let refusal = Refusal::new(Code::PreconditionFailed, "loanId", message);
        refusal.with("network", loan.network.spelling())
    });
    tx.settle()?;
    match telecom {
        Some(telecom) => order(tx, user, loan, &telecom).await,
        None => Ok(()),
    }
}

/// Pays a loan out that the rules just agreed to, where a telecom is connected; else a job does
/// so later.
pub async fn automatically(tx: &mut Tx, user: &User, loan: Loan) -> Rule<Loan> {
    if loan.status == LoanStatus::Approved
        && let Some(telecom) = send::telecom(tx, loan.network).await?
    {
        order(tx, user, &loan, &telecom).await?;
    }
    Ok(loan)
}

/// Writes airtime down, under a reference that is never used again, and orders it.
async fn order(tx: &mut Tx, user: &User, loan: &Loan, telecom: &ApiIntegration) -> Rule<()> {
    let number = tx.draw_number(&series::TRANSACTION).await?;
    let sets = vec![
        Transaction::TRANSACTION_ID.to(number.clone()),
        Transaction::USER_ID.to(user.id),
        Transaction::USER_PHONE.to(user.phone.clone()),
        Transaction::USER_EMAIL.to(Some(user.email.clone())),
        Transaction::TYPE.to(TransactionType::Airtime),
        Transaction::AMOUNT.to(loan.amount.clone()),
        Transaction::REFERENCE.to(Some(number)),
        Transaction::PROVIDER.to(Some(telecom.provider.clone())),
        Transaction::NETWORK.to(Some(loan.network)),
        Transaction::LOAN_ID.to(Some(loan.id)),
        Transaction::CREATED_BY.to(acting(tx)),
        Transaction::SENT_AT.to(Some(tx.now)),
    ];
    let transaction = tx.insert(sets).await?;
    send::order(tx, telecom, &transaction)
}

/// The airtime arrived: the loan runs from now (spec 5.4), and what the customer had paid
/// beyond earlier debts goes to it.
pub async fn arrived(
    tx: &mut Tx,
    loan: &Loan,
    user: &User,
    airtime: &Transaction,
    telco_reference: Option<String>,
) -> Rule<()> {
    let sets = vec![
        Loan::DISBURSED_AT.to(Some(tx.now)),
        Loan::DUE_DATE.to(Some(due_date(tx, loan.repayment_period)?)),
        Loan::TELCO_REFERENCE.to(telco_reference),
    ];
    let disbursed = LoanStatus::Disbursed.spelling();
    let loan = tx.advance(loan, &machine::DISBURSE, disbursed, sets).await?;
    messages::disbursed(tx, &loan, user).await?;
    repay::apply_credit(tx, user).await?;
    figures::refresh(tx, user.id).await?;
    match send::telecom_of(tx, airtime).await? {
        Some(telecom) => health::forget_failures(tx, telecom.id).await,
        None => Ok(()),
    }
}

/// The telecom did not take it: the loan can be paid out again, and the failure counts.
pub async fn did_not_arrive(tx: &mut Tx, loan: &Loan, airtime: &Transaction) -> Rule<()> {
    let attempts = loan.disbursement_attempts + 1;
    let sets = vec![Loan::DISBURSEMENT_ATTEMPTS.to(attempts)];
    let approved = LoanStatus::Approved.spelling();
    tx.advance(loan, &machine::DISBURSEMENT_FAILS, approved, sets).await?;
    if let Some(telecom) = send::telecom_of(tx, airtime).await? {
        health::count_failure(tx, telecom.id).await?;
    }
    if attempts >= MOST_ATTEMPTS {
        evaluate::raise(tx, SystemAlertType::ApiFailure).await?;
    }
    Ok(())
}

/// The end of the last day to pay back, in the tenant's zone.
fn due_date(tx: &Tx, days: i32) -> Rule<DateTime<Utc>> {
    let zone = tx.actor.tenant.time_zone;
    let fault = || Fault::internal("a due date that is no date");
    let after = tx.business_date + Days::new(u64::try_from(days).map_err(|_| fault())? + 1);
    let midnight = zone.from_local_datetime(&after.and_time(NaiveTime::MIN));
    let midnight = midnight.earliest().ok_or_else(fault)?.with_timezone(&Utc);
    Ok(midnight - chrono::TimeDelta::microseconds(1))
}
