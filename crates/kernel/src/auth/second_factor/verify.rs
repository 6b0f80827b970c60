//! Whether a code proves a second factor. A code is used up by being right: a step of an app
//! counts once, what was sent works once, and so does a recovery code.

use super::{Factor, confirmed, none_yet};
use crate::auth::one_time_code::{self, Purpose};
use crate::auth::reauthenticate::Proved;
use crate::auth::recovery_code;
use crate::db::Tx;
use crate::entity::{Bind, Sql};
use crate::refusal::Rule;

/// What proved it.
pub(crate) enum Accepted {
    /// A code of the factor itself.
    Code,
    /// A recovery code; so many are left.
    Recovery { left: i64 },
}

impl Factor {
    /// Uses a code up, of this factor or a recovery code; `None` when it is neither.
    pub async fn accept(&self, tx: &mut Tx, user_id: &str, code: &str) -> Rule<Option<Accepted>> {
        let code = plain(code);
        if recovery_code::is_one(&code) {
            let left = recovery_code::take(tx, user_id, &code).await?;
            return Ok(left.map(|left| Accepted::Recovery { left }));
        }
        Ok(self.accept_own(tx, user_id, &code).await?.then_some(Accepted::Code))
    }

    /// Uses up a code of this factor alone.
    pub(super) async fn accept_own(&self, tx: &mut Tx, user_id: &str, code: &str) -> Rule<bool> {
        let code = plain(code);
        let Some(secret) = &self.secret else {
            return one_time_code::take(tx, Purpose::Factor, user_id, &code).await;
        };
        let Some(step) = secret.step_of(&code, tx.now, self.last_step) else { return Ok(false) };
        let mut sql = Sql::new("UPDATE mfa_factors SET last_step = ");
        sql.bind(Bind::Big(Some(step))).push(" WHERE id = ").bind(self.id.into());
        tx.execute(sql).await?;
        Ok(true)
    }
}

/// Whether somebody whose password was right a moment ago proves the second factor, too. A wrong
/// code counts as a failed attempt.
///
/// # Errors
/// `PRECONDITION_FAILED` without a factor, `ACCOUNT_LOCKED`, and faults.
pub(super) async fn prove_both(tx: &mut Tx, proved: &Proved, code: &str) -> Rule<bool> {
    proved.still(tx).await?;
    let person = &proved.person.id;
    let factor = confirmed(tx, person).await?.ok_or_else(none_yet)?;
    let accepted = factor.accept(tx, person, code).await?.is_some();
    if !accepted {
        proved.source.record(tx, false).await?;
    }
    Ok(accepted)
}

/// A code as it is compared: people type blanks and hyphens where it is printed in groups.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.take(64).collect::<String>().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_hyphens_and_case_do_not_matter() {
        assert_eq!(plain(" 123 456\n"), "123456");
        assert_eq!(plain("abcd-EFGH-ijkl-mnop"), "ABCDEFGHIJKLMNOP");
        assert_eq!(plain(&"1".repeat(1_000)).len(), 64);
    }
}
