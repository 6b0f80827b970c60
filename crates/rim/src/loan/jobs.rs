//! What happens to loans by the day (spec 5.12): given up, charged for being late;
//! money that nobody confirmed; customers who were not seen for long.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::job;
use bizgraph_kernel::money::Money;
use bizgraph_kernel::refusal::Rule;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Loan, LoanStatus, default};
use crate::system_config::keys;
use crate::transaction::{Transaction, TransactionStatus, TransactionType, fail};
use crate::user::machine::FALL_IDLE;
use crate::user::{User, UserStatus, figures};

job! {
    /// Gives loans up that are late by the days that the tenant sets.
    pub DEFAULT_LOANS = "defaultLoans", daily,
    due "SELECT l.id::text FROM loans l WHERE l.status IN ('disbursed', 'repaying') \
         AND l.due_date < current_setting('bizgraph.business_date')::date ORDER BY l.id"
    => default_one
}

job! {
    /// Adds the late fee, once, to loans that are late by more than the days of grace.
    pub CHARGE_LATE_FEES = "chargeLateFees", daily,
    due "SELECT l.id::text FROM loans l WHERE l.status IN ('disbursed', 'repaying') \
         AND l.late_fee = 0 AND l.due_date < current_setting('bizgraph.business_date')::date \
         ORDER BY l.id"
    => charge_one
}

job! {
    /// Lets customers stand as overdue from the day after a loan was due.
    pub REFRESH_OVERDUE = "refreshOverdue", daily,
    due "SELECT DISTINCT u.id::text FROM users u JOIN loans l ON l.user_id = u.id \
         WHERE l.status IN ('disbursed', 'repaying') AND u.repayment_status <> 'Overdue' \
         AND l.due_date < current_setting('bizgraph.business_date')::date + 1"
    => refresh_one
}

job! {
    /// Fails repayments that nobody confirmed in the hours that the tenant sets. Airtime stays
    /// open until its telecom was asked.
    pub FAIL_STALE_REPAYMENTS = "failStaleRepayments", every 15 minutes,
    due "SELECT t.id::text FROM transactions t WHERE t.status = 'pending' \
         AND t.type = 'repayment' AND t.deleted_at IS NULL ORDER BY t.id"
    => fail_one
}

job! {
    /// Lets customers rest who were not seen for the days that the tenant sets: whoever logged in
    /// or did anything was seen, as the audit trail knows.
    pub DEACTIVATE_IDLE_USERS = "deactivateIdleUsers", daily,
    due "SELECT u.id::text FROM users u WHERE u.status = 'active' AND u.deleted_at IS NULL \
         AND u.last_active_at < current_setting('bizgraph.business_date')::date - coalesce( \
           (SELECT c.value::integer FROM system_configs c \
            WHERE c.category = 'users' AND c.key = 'idle_days'), 180) AND NOT EXISTS (SELECT \
           FROM audit_entries e WHERE e.actor = 'user:' || u.id::text AND e.occurred_at >= \
           current_setting('bizgraph.business_date')::date - coalesce( \
           (SELECT c.value::integer FROM system_configs c \
            WHERE c.category = 'users' AND c.key = 'idle_days'), 180)) ORDER BY u.id"
    => rest_one
}

/// Locks the customer of a loan, then the loan; `None` when it is not out any more.
async fn lock(tx: &mut Tx, key: &str) -> Rule<Option<(User, Loan)>> {
    let id = read_key(key)?;
    let seen: Loan = tx.get(id).await?;
    let user = tx.get_locked(seen.user_id).await?;
    let loan: Loan = tx.get_locked(id).await?;
    let is_out = matches!(loan.status, LoanStatus::Disbursed | LoanStatus::Repaying);
    Ok(is_out.then_some((user, loan)))
}

/// The key of something that is due.
pub fn read_key(key: &str) -> Rule<Uuid> {
    key.parse().map_err(|_| Fault::internal("a key that is no UUID").into())
}

/// Gives a loan up once it is late by more than the tenant's days (spec 5.4).
pub async fn default_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let Some((user, loan)) = lock(tx, key).await? else { return Ok(()) };
    let days = keys::LOANS_DEFAULT_AFTER_DAYS.whole(tx).await?;
    if default::days_late(tx, &loan).is_some_and(|late| late > i64::from(days)) {
        default::give_up(tx, &loan, &user).await?;
    }
    Ok(())
}

/// Adds the late fee once, after the days of grace (spec 5.5).
pub async fn charge_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let Some((_, loan)) = lock(tx, key).await? else { return Ok(()) };
    let fee = keys::LOANS_LATE_FEE.money(tx).await?;
    let grace = keys::LOANS_LATE_FEE_GRACE_DAYS.whole(tx).await?;
    let is_late = default::days_late(tx, &loan).is_some_and(|late| late > i64::from(grace));
    if !is_late || !fee.is_positive() || loan.late_fee != Money::zero() {
        return Ok(());
    }
    let due = &loan.amount_due + &fee;
    tx.update(&loan, vec![Loan::LATE_FEE.to(fee), Loan::AMOUNT_DUE.to(due)]).await?;
    Ok(())
}

/// Brings the standing of a customer up to date.
pub async fn refresh_one(tx: &mut Tx, key: &str) -> Rule<()> {
    figures::refresh(tx, read_key(key)?).await?;
    Ok(())
}

/// Fails a repayment that nobody confirmed in time (spec 5.6).
pub async fn fail_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let transaction: Transaction = tx.get_locked(read_key(key)?).await?;
    let hours = keys::TRANSACTIONS_STALE_HOURS.whole(tx).await?;
    let is_pending = transaction.status == TransactionStatus::Pending
        && transaction.r#type == TransactionType::Repayment;
    if is_pending && (tx.now - transaction.created_at).num_hours() >= i64::from(hours) {
        let reason = format!("Nobody confirmed it within {hours} hours");
        fail::end(tx, &transaction, None, reason).await?;
    }
    Ok(())
}

/// Lets a customer rest who was not seen for long (spec 5.3).
pub async fn rest_one(tx: &mut Tx, key: &str) -> Rule<()> {
    let mut idle = Sql::new("t.deleted_at IS NULL AND t.id = ");
    idle.bind(Bind::Uuid(Some(read_key(key)?))).push(" FOR NO KEY UPDATE OF t");
    let Some(user) = tx.select::<User>(idle).await?.pop() else { return Ok(()) };
    let days = keys::USERS_IDLE_DAYS.whole(tx).await?;
    let seen = seen_last(tx, &user).await?;
    let unseen = (tx.business_date - tx.actor.tenant.local_date(seen)).num_days();
    if user.status == UserStatus::Active && unseen > i64::from(days) {
        tx.advance(&user, &FALL_IDLE, UserStatus::Inactive.spelling(), Vec::new()).await?;
    }
    Ok(())
}

/// When a customer gave a sign of life last.
async fn seen_last(tx: &mut Tx, user: &User) -> Rule<DateTime<Utc>> {
    let mut sql = Sql::new("SELECT occurred_at FROM audit_entries WHERE actor = ");
    sql.bind(Bind::Text(Some(user.credential_key()))).push(" ORDER BY id DESC LIMIT 1");
    let rows = tx.load(sql).await?;
    let told: Option<DateTime<Utc>> = rows.first().map(|row| decode(row, 0)).transpose()?;
    Ok(told.map_or(user.last_active_at, |told| told.max(user.last_active_at)))
}
