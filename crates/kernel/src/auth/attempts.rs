//! Counting wrong passwords and locking (spec 1.11). Attempts are rows, so a lock survives a
//! restart; they are counted by name whether or not the name exists, and by address.
//!
//! Locked from the last of so many failures within the lockout duration, for that duration.
//! Attempts while locked are refused unseen and do not make the lock longer.

use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::security_settings::SecuritySettings;
use crate::db::{Fault, Tx};
use crate::entity::{Bind, Sql, decode};
use crate::refusal::{Code, Refusal, Rule};

/// An address may fail so many times as often as a name: many people share one.
const ADDRESS_FACTOR: i32 = 5;

/// The longest username that is looked up, in characters.
const MOST_CHARACTERS: usize = 254;

/// Where an attempt comes from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub principal: String,
    pub address: Option<String>,
}

impl Source {
    /// `None` for text that can be nobody's username.
    pub fn new(username: &str, address: Option<&str>) -> Option<Self> {
        let principal = username.trim().to_lowercase();
        let fits = principal.chars().count() <= MOST_CHARACTERS
            && !principal.is_empty()
            && !principal.chars().any(char::is_control);
        fits.then(|| Source { principal, address: address.map(str::to_owned) })
    }

    /// Refuses while the name or the address is locked.
    ///
    /// # Errors
    /// `ACCOUNT_LOCKED` with the end of the lock.
    pub async fn check_lock(&self, tx: &mut Tx, settings: &SecuritySettings) -> Rule<()> {
        let duration = TimeDelta::minutes(settings.lockout_duration.into());
        let most = settings.max_login_attempts;
        let failures = self.failures_of_principal(tx, most).await?;
        let mut until = failures.locked_until(most, duration);
        if let Some(address) = &self.address {
            let most = most.saturating_mul(ADDRESS_FACTOR);
            let failures = failures_of_address(tx, address, most).await?;
            until = until.max(failures.locked_until(most, duration));
        }
        match until.filter(|until| *until > tx.now) {
            Some(until) => Err(locked(until).into()),
            None => Ok(()),
        }
    }

    /// Writes an attempt down.
    pub async fn record(&self, tx: &mut Tx, succeeded: bool) -> Rule<()> {
        let mut sql = Sql::new(
            "INSERT INTO login_attempts (principal, address, succeeded, attempted_at) VALUES (",
        );
        sql.bind(tx.personal(&self.principal)).push(", ");
        sql.bind(Bind::Text(self.address.clone())).push(", ");
        sql.bind(Bind::Bool(Some(succeeded))).push(", ");
        sql.bind(Bind::Instant(Some(tx.now))).push(")");
        tx.execute(sql).await?;
        Ok(())
    }

    async fn failures_of_principal(&self, tx: &mut Tx, most: i32) -> Rule<Failures> {
        let principal = tx.personal_forms(&[&self.principal]);
        let mut condition = Sql::new("principal = ANY(");
        condition.bind(principal.clone()).push(") AND id > COALESCE((SELECT max(id) FROM ");
        condition.push("login_attempts WHERE succeeded AND principal = ANY(").bind(principal);
        condition.push(")), 0)");
        failures(tx, condition, most).await
    }
}

/// Of an address only failures after it was unlocked count; a success from there ends nothing,
/// since whoever guesses may have a name too.
async fn failures_of_address(tx: &mut Tx, address: &str, most: i32) -> Rule<Failures> {
    let address = || Bind::Text(Some(address.to_owned()));
    let mut condition = Sql::new("address = ");
    condition.bind(address()).push(" AND id > COALESCE((SELECT max(id) FROM ");
    condition.push("login_attempts WHERE succeeded AND principal = '' AND address = ");
    condition.bind(address()).push("), 0)");
    failures(tx, condition, most).await
}

/// Ends the lock of an address, or of every address from which a login failed: written down as a
/// success of nobody, so that the locks of names stay as they are.
pub(crate) async fn unlock_address(tx: &mut Tx, address: Option<&str>) -> Rule<()> {
    let mut sql = Sql::new(
        "INSERT INTO login_attempts (principal, address, succeeded, attempted_at) \
         SELECT DISTINCT '', address, true, ",
    );
    sql.bind(Bind::Instant(Some(tx.now)));
    sql.push(" FROM login_attempts WHERE NOT succeeded AND address IS NOT NULL");
    if let Some(address) = address {
        sql.push(" AND address = ").bind(Bind::Text(Some(address.to_owned())));
    }
    tx.execute(sql).await?;
    Ok(())
}

/// The latest failures, as many as may lock.
#[derive(Debug)]
struct Failures {
    count: i64,
    /// The first and the last of them.
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Failures {
    fn locked_until(&self, most: i32, duration: TimeDelta) -> Option<DateTime<Utc>> {
        let (first, last) = self.span?;
        let locks = self.count >= i64::from(most) && last - first < duration;
        locks.then(|| last + duration)
    }
}

async fn failures(tx: &mut Tx, condition: Sql, most: i32) -> Rule<Failures> {
    let mut sql = Sql::new(
        "SELECT count(*), min(attempted_at), max(attempted_at) FROM (SELECT attempted_at \
         FROM login_attempts WHERE NOT succeeded AND ",
    );
    sql.append(condition).push(" ORDER BY attempted_at DESC, id DESC LIMIT ");
    sql.bind(Bind::Big(Some(most.into()))).push(") latest");
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a count without a row"))?;
    let first: Option<DateTime<Utc>> = decode(row, 1)?;
    let last: Option<DateTime<Utc>> = decode(row, 2)?;
    Ok(Failures { count: decode(row, 0)?, span: first.zip(last) })
}

fn locked(until: DateTime<Utc>) -> Refusal {
    let message = format!(
        "Too many wrong attempts. Try again after {}, or ask an administrator to unlock.",
        until.format("%Y-%m-%d %H:%M:%S UTC")
    );
    let until = until.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    Refusal::new(Code::AccountLocked, "", message).with("lockedUntil", until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn until(count: i64, first: i64, last: i64) -> Option<DateTime<Utc>> {
        let failures = Failures { count, span: Some((minutes(first), minutes(last))) };
        failures.locked_until(5, TimeDelta::minutes(15))
    }

    #[test]
    fn enough_failures_close_together_lock() {
        assert_eq!(until(5, 0, 10), Some(minutes(25)));
        assert_eq!(until(4, 0, 10), None);
        assert_eq!(until(5, 0, 15), None);
        let none = Failures { count: 0, span: None };
        assert_eq!(none.locked_until(1, TimeDelta::minutes(15)), None);
    }

    #[test]
    fn names_are_folded_and_impossible_ones_are_not_looked_up() {
        let source = Source::new("  Ama ", Some("10.0.0.1")).unwrap();
        assert_eq!(source.principal, "ama");
        assert!(Source::new("a\0b", None).is_none());
        assert!(Source::new(" ", None).is_none());
        assert!(Source::new(&"x".repeat(255), None).is_none());
    }
}
