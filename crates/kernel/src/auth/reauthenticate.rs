//! Whoever is logged in proves once more who it is, before something that a stolen session must
//! not do: the password is asked for again (spec 1.11).

use std::sync::Arc;

use crate::actor::{Actor, Origin};
use crate::auth::attempts::Source;
use crate::auth::door;
use crate::auth::password::{NOBODY, matches};
use crate::auth::person::{self, Person};
use crate::auth::security_settings::{self, SecuritySettings};
use crate::db::{Fault, Tx};
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// A person whose password was right a moment ago.
pub(crate) struct Proved {
    pub person: Person,
    pub source: Source,
}

/// Checks the caller's password without holding a connection. A wrong one counts as a failed
/// attempt, so that a stolen session does not help to guess it.
///
/// # Errors
/// `VALIDATION_FAILED` at `password`, `ACCOUNT_LOCKED`, and faults.
pub(crate) async fn prove_password(
    kernel: &Kernel,
    actor: &Arc<Actor>,
    origin: &Origin,
    mutation: &'static str,
    password: String,
) -> Rule<Proved> {
    let source = Source::new(&actor.username, origin.address.as_deref());
    let source = source.ok_or_else(|| Fault::internal("a person with an impossible username"))?;
    let mut tx = door::begin(kernel, actor.clone(), origin, mutation).await?;
    let looked = async {
        let settings = security_settings::current(&mut tx).await?;
        source.check_lock(&mut tx, &settings).await?;
        person::by_id(&mut tx, &actor.id).await
    };
    let looked = looked.await;
    tx.rollback().await;
    let person = looked?.ok_or_else(door::not_logged_in)?;
    let stored = person.password_hash.clone();
    let check = move || {
        let same = matches(&password, stored.as_deref().unwrap_or(NOBODY));
        same && stored.is_some()
    };
    if kernel.passwords.compute(check).await? {
        return Ok(Proved { person, source });
    }
    let mut tx = door::begin(kernel, actor.clone(), origin, mutation).await?;
    let recorded = async {
        let settings = security_settings::locked(&mut tx).await?;
        source.check_lock(&mut tx, &settings).await?;
        source.record(&mut tx, false).await
    };
    let recorded = recorded.await;
    door::end(tx, recorded).await?;
    let message = "This is not your current password.";
    Err(Refusal::new(Code::ValidationFailed, "password", message).into())
}

impl Proved {
    /// Locks the settings, and makes sure that nothing changed since: attempts side by side
    /// learn no more than those in a row.
    ///
    /// # Errors
    /// `ACCOUNT_LOCKED`, and a fault to try again when the person changed meanwhile.
    pub async fn still(&self, tx: &mut Tx) -> Rule<SecuritySettings> {
        let settings = security_settings::locked(tx).await?;
        self.source.check_lock(tx, &settings).await?;
        let now = person::by_id(tx, &self.person.id).await?;
        let same = |now: Person| now.active && now.password_hash == self.person.password_hash;
        if !now.is_some_and(same) {
            return Err(Fault::Retry.into());
        }
        Ok(settings)
    }
}
