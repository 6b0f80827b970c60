//! A person changes its own password (spec 1.11): it knows the current one, the new one meets
//! the tenant's rules, and all its other sessions and keys end.

use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::auth::attempts::Source;
use crate::auth::door::{self, DoorMutation};
use crate::auth::password::{NOBODY, hash_password, matches};
use crate::auth::password_policy::{Unmet, is_used_before, refusal, unmet};
use crate::auth::person::{self, Person};
use crate::auth::{credentials, security_settings};
use crate::db::{Fault, Tx};
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// The password that is and the password to be.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password that is.
    #[graphql(secret)]
    pub current_password: String,
    /// The password to be.
    #[graphql(secret)]
    pub new_password: String,
}

/// `changePassword`
pub static CHANGE_PASSWORD: DoorMutation = DoorMutation {
    name: "changePassword",
    doc: "Changes your own password. This session stays, all others and your keys end.",
    input_type: ChangePasswordInput::create_type_info,
    payload_type,
    public: false,
    run: |kernel, actor, origin, input| {
        door::run(input, move |input| change(kernel, actor, origin, input))
    },
};

fn payload_type(registry: &mut Registry) -> String {
    door::payload_of(
        registry,
        "ChangePasswordPayload",
        "What a change of password came to.",
        Vec::new(),
    )
}

/// What hashing found out about the two passwords.
enum Checked {
    WrongCurrent,
    Unmet(Vec<Unmet>),
    Good(String),
}

async fn change(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
    input: ChangePasswordInput,
) -> Rule<serde_json::Value> {
    let actor = actor.ok_or_else(door::not_logged_in)?;
    let session = actor.session.ok_or_else(|| {
        Refusal::new(Code::Forbidden, "", "A key has no password. Log in as a person.")
    })?;
    let source = Source::new(&actor.username, origin.address.as_deref());
    let source = source.ok_or_else(|| Fault::internal("a person with an impossible username"))?;
    let (person, unmet) = look(kernel, &actor, origin, &source, &input).await?;
    let earlier = person.all_hashes();
    let check = move || check(&input, &earlier, unmet);
    let checked = kernel.passwords.compute(check).await??;
    let mut tx = door::begin(kernel, actor, origin, CHANGE_PASSWORD.name).await?;
    let settled = settle(&mut tx, &source, session, &person, checked).await;
    let changed = door::end(tx, settled).await?;
    if !changed {
        let message = "This is not your current password.";
        return Err(Refusal::new(Code::ValidationFailed, "currentPassword", message).into());
    }
    kernel.tokens.clear();
    Ok(json!({ "userErrors": [] }))
}

/// The person as it stands before hashing, and the rules that hashing is not needed for.
async fn look(
    kernel: &Kernel,
    actor: &Arc<Actor>,
    origin: &Origin,
    source: &Source,
    input: &ChangePasswordInput,
) -> Rule<(Person, Vec<Unmet>)> {
    let mut tx = door::begin(kernel, actor.clone(), origin, CHANGE_PASSWORD.name).await?;
    let looked = async {
        let settings = security_settings::current(&mut tx).await?;
        source.check_lock(&mut tx, &settings).await?;
        let person = person::by_id(&mut tx, &actor.id).await?.ok_or_else(door::not_logged_in)?;
        let email = person.email.as_deref();
        let unmet = unmet(&settings, &input.new_password, &person.username, email);
        Ok((person, unmet))
    };
    let looked = looked.await;
    tx.rollback().await;
    looked
}

/// `earlier` begins with the current hash.
fn check(
    input: &ChangePasswordInput,
    earlier: &[String],
    mut unmet: Vec<Unmet>,
) -> Result<Checked, Fault> {
    let current = earlier.first().map_or(NOBODY, String::as_str);
    if !matches(&input.current_password, current) {
        return Ok(Checked::WrongCurrent);
    }
    if is_used_before(&input.new_password, earlier) {
        unmet.push(Unmet::used_before());
    }
    if !unmet.is_empty() {
        return Ok(Checked::Unmet(unmet));
    }
    hash_password(&input.new_password).map(Checked::Good)
}

/// Writes what was found out; a wrong current password counts as a failed attempt, so that
/// a stolen session does not help to guess it.
async fn settle(
    tx: &mut Tx,
    source: &Source,
    session: Uuid,
    person: &Person,
    checked: Checked,
) -> Rule<bool> {
    let settings = security_settings::locked(tx).await?;
    source.check_lock(tx, &settings).await?;
    let now = person::by_id(tx, &person.id).await?;
    if now.is_none_or(|now| now.password_hash != person.password_hash || !now.active) {
        return Err(Fault::Retry.into());
    }
    match checked {
        Checked::WrongCurrent => {
            source.record(tx, false).await?;
            Ok(false)
        }
        Checked::Unmet(unmet) => Err(refusal(&unmet, "newPassword").into()),
        Checked::Good(hash) => {
            credentials::store(tx, &person.id, &hash, false).await?;
            credentials::revoke(tx, &person.id, Some(session)).await?;
            Ok(true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(current: &str, new: &str) -> ChangePasswordInput {
        ChangePasswordInput { current_password: current.to_owned(), new_password: new.to_owned() }
    }

    #[test]
    fn the_current_password_comes_first_and_earlier_ones_do_not_return() {
        let earlier = [hash_password("second one").unwrap(), hash_password("first one").unwrap()];
        let wrong = check(&input("first one", "third one"), &earlier, Vec::new()).unwrap();
        assert!(matches!(wrong, Checked::WrongCurrent));
        for used in ["first one", "second one"] {
            let again = check(&input("second one", used), &earlier, Vec::new()).unwrap();
            assert!(matches!(again, Checked::Unmet(unmet) if unmet[0].rule == "notRecent"));
        }
        let good = check(&input("second one", "third one"), &earlier, Vec::new()).unwrap();
        assert!(matches!(good, Checked::Good(_)));
        let nobody = check(&input("", "third one"), &[], Vec::new()).unwrap();
        assert!(matches!(nobody, Checked::WrongCurrent));
    }
}
