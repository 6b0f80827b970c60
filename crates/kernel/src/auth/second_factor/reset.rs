//! Taking a second factor away: by its owner, or by an administrator of whoever lost phone and
//! recovery codes (spec 1.11).

use crate::auth::credentials::{note, revoke_sessions};
use crate::auth::recovery_code;
use crate::db::Tx;
use crate::entity::{Bind, Sql};
use crate::refusal::{Code, Refusal, Rule};

/// Takes the second factor of another person away and ends its sessions. For the user mutations
/// of modules; `field` is where the person stands in the input.
///
/// # Errors
/// `ALREADY_DONE` when there is none.
pub async fn reset_second_factor(tx: &mut Tx, user_id: &str, field: &str) -> Rule<()> {
    if !forget(tx, user_id).await? {
        let message = "This person has no second factor.";
        return Err(Refusal::new(Code::AlreadyDone, field, message).into());
    }
    note(tx, "reset_second_factor", user_id);
    revoke_sessions(tx, user_id, None).await
}

/// Removes factors, begun ones too, and recovery codes; whether there were any.
pub(super) async fn forget(tx: &mut Tx, user_id: &str) -> Rule<bool> {
    let mut sql = Sql::new("DELETE FROM mfa_factors WHERE user_id = ");
    sql.bind(Bind::Text(Some(user_id.to_owned())));
    let removed = tx.execute(sql).await? > 0;
    recovery_code::forget(tx, user_id).await?;
    Ok(removed)
}
