//! The second factor of people with a password (spec 1.11, rim 5.13): an authenticator app, or
//! codes that are sent to a phone or a mailbox. One counts once it was confirmed; a newer one
//! takes its place.

mod confirm;
mod enrol;
mod remove;
mod renew;
mod reset;
mod send;
mod verify;

pub(crate) use confirm::CONFIRM;
pub(crate) use enrol::ENROL;
pub(crate) use remove::REMOVE;
pub(crate) use renew::RENEW;
pub use reset::reset_second_factor;
pub(crate) use send::SEND_CODE;
pub(crate) use verify::Accepted;

use std::sync::Arc;

use uuid::Uuid;

use crate::actor::Actor;
use crate::auth::door;
use crate::auth::security_settings::TwoFactorMethod;
use crate::auth::totp::TotpSecret;
use crate::cipher::rotation::SealedColumn;
use crate::db::{Fault, Tx};
use crate::entity::{Bind, Sql, decode};
use crate::refusal::{Code, Refusal, Rule};

/// Whether the session `s` can do nothing but enrol a second factor, by the settings `r`: its
/// person proved itself by a password alone, or by a factor that the tenant takes no more.
pub(crate) const MUST_ENROL: &str = "(r.two_factor_required AND (s.proven_by = 'password' OR s.proven_by = 'second_factor' \
     AND NOT EXISTS (SELECT FROM mfa_factors m WHERE m.user_id = s.user_id \
     AND m.confirmed_at IS NOT NULL AND m.method IN ('app', r.two_factor_method))))";

/// Where keys of apps lie in envelopes, for a change of keys.
pub static SEALED: &[SealedColumn] = &[SealedColumn { table: "mfa_factors", column: "secret" }];

/// A person's second factor.
pub(crate) struct Factor {
    id: i32,
    pub method: TwoFactorMethod,
    /// Phone number or mail address that codes are sent to; none for an app.
    destination: Option<String>,
    /// The key of an app.
    secret: Option<TotpSecret>,
    /// The last step of an app that was used.
    last_step: Option<i64>,
}

/// The factor that counts, locked until the transaction ends.
pub(crate) async fn confirmed(tx: &mut Tx, user_id: &str) -> Rule<Option<Factor>> {
    factor(tx, user_id, "confirmed_at IS NOT NULL").await
}

/// The factor that was not confirmed yet, locked until the transaction ends.
async fn pending(tx: &mut Tx, user_id: &str) -> Rule<Option<Factor>> {
    factor(tx, user_id, "confirmed_at IS NULL").await
}

async fn factor(tx: &mut Tx, user_id: &str, which: &str) -> Rule<Option<Factor>> {
    let mut sql =
        Sql::new("SELECT id, method, secret, last_step, destination FROM mfa_factors WHERE ");
    sql.push(which).push(" AND user_id = ").bind(Bind::Text(Some(user_id.to_owned())));
    sql.push(" FOR UPDATE");
    let rows = tx.load(sql).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let envelope: Option<String> = decode(row, 2)?;
    let secret = match envelope {
        Some(envelope) => {
            let secret = TotpSecret::of_text(&tx.open_secret(&envelope)?);
            Some(secret.ok_or_else(|| Fault::internal("a second factor that is no key"))?)
        }
        None => None,
    };
    Ok(Some(Factor {
        id: decode(row, 0)?,
        method: decode(row, 1)?,
        secret,
        last_step: decode(row, 3)?,
        destination: decode(row, 4)?,
    }))
}

/// Who acts and with which session: keys and the server itself have no second factor.
///
/// # Errors
/// `UNAUTHENTICATED`, or `FORBIDDEN` for keys and before a password that another chose is changed.
fn session_of(actor: Option<Arc<Actor>>) -> Result<(Arc<Actor>, Uuid), Refusal> {
    let actor = actor.ok_or_else(door::not_logged_in)?;
    door::own_password_first(&actor)?;
    let session = actor.session.ok_or_else(|| {
        let message = "A key has no second factor. Log in as a person.";
        Refusal::new(Code::Forbidden, "", message)
    })?;
    Ok((actor, session))
}

/// The refusal of a code that is wrong, used or too old.
fn wrong_code() -> Refusal {
    let message = "This code is wrong, too old or was used before.";
    Refusal::new(Code::ValidationFailed, "code", message)
}

/// The refusal where there is no factor to speak of.
fn none_yet() -> Refusal {
    let message = "You have no second factor. Begin with enrolSecondFactor.";
    Refusal::new(Code::PreconditionFailed, "", message)
}
