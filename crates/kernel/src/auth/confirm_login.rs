//! The second step of a login (spec 1.11): whose password was right proves its second factor.
//! A wrong code counts like a wrong password, and only a right one makes the count begin anew.

use std::sync::Arc;

use async_graphql::{InputObject, InputType};
use serde_json::json;

use crate::actor::{Actor, Origin};
use crate::auth::attempts::Source;
use crate::auth::credentials::note;
use crate::auth::door::{self, DoorMutation};
use crate::auth::login_payload::{logged_in, payload_type};
use crate::auth::person::{self, Person};
use crate::auth::second_factor::{self, Accepted};
use crate::auth::session::{self, Opened, ProvenBy};
use crate::auth::token::slug_of;
use crate::auth::{login_challenge, security_settings};
use crate::db::Tx;
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// The second factor of a login that waits.
#[derive(InputObject)]
pub struct ConfirmLoginInput {
    /// The challenge that `login` answered.
    pub challenge: String,
    /// The code that the app shows or that was sent, or a recovery code.
    #[graphql(secret)]
    pub code: String,
}

/// `confirmLogin`
pub(crate) static CONFIRM_LOGIN: DoorMutation = DoorMutation {
    name: "confirmLogin",
    doc: "Proves your second factor, once `login` asked for it. Send the token as \
          `Authorization: Bearer` with every request.",
    input_type: ConfirmLoginInput::create_type_info,
    payload_type,
    public: true,
    run: |kernel, _, origin, input| door::run(input, move |input| confirm(kernel, origin, input)),
};

/// What a code came to.
enum Came {
    Wrong,
    In { opened: Opened, recovery_codes_left: Option<i64> },
}

async fn confirm(
    kernel: &Kernel,
    origin: &Origin,
    input: ConfirmLoginInput,
) -> Rule<serde_json::Value> {
    let actor = whose(kernel, origin, &input.challenge).await?;
    let mut tx = door::begin(kernel, actor, origin, CONFIRM_LOGIN.name).await?;
    let came = settle(&mut tx, &input).await;
    match door::end(tx, came).await? {
        Came::Wrong => {
            let message = "This code is wrong, too old or was used before.";
            Err(Refusal::new(Code::Unauthenticated, "code", message).into())
        }
        Came::In { opened, recovery_codes_left } => {
            let mut payload = logged_in(kernel, origin, opened).await?;
            payload["recoveryCodesLeft"] = json!(recovery_codes_left);
            Ok(payload)
        }
    }
}

/// Whose login waits behind a challenge.
///
/// # Errors
/// `UNAUTHENTICATED` when none does any more, `ADDRESS_NOT_ALLOWED`, and faults.
pub(super) async fn whose(kernel: &Kernel, origin: &Origin, challenge: &str) -> Rule<Arc<Actor>> {
    let tenant = slug_of(challenge).and_then(|slug| kernel.tenant(slug));
    let tenant = tenant.filter(|tenant| tenant.active);
    let system = tenant.and_then(|tenant| kernel.system_actor(tenant)).ok_or_else(over)?;
    let mut tx = door::begin(kernel, system.clone(), origin, CONFIRM_LOGIN.name).await?;
    let found = async {
        let settings = security_settings::current(&mut tx).await?;
        settings.address_rules()?.check(origin.address.as_deref())?;
        waiting(&mut tx, challenge).await
    };
    let found = found.await;
    tx.rollback().await;
    Ok(Arc::new(found?.actor(kernel, &system)))
}

async fn waiting(tx: &mut Tx, challenge: &str) -> Rule<Person> {
    let user_id = login_challenge::waiting(tx, challenge).await?.ok_or_else(over)?;
    let person = person::by_id(tx, &user_id).await?;
    Ok(person.filter(|person| person.active).ok_or_else(over)?)
}

async fn settle(tx: &mut Tx, input: &ConfirmLoginInput) -> Rule<Came> {
    let settings = security_settings::locked(tx).await?;
    let person = waiting(tx, &input.challenge).await?;
    let source = Source::new(&person.username, tx.origin.address.as_deref());
    let source = source.ok_or_else(over)?;
    source.check_lock(tx, &settings).await?;
    let factor = second_factor::confirmed(tx, &person.id).await?.ok_or_else(over)?;
    let accepted = factor.accept(tx, &person.id, &input.code).await?;
    source.record(tx, accepted.is_some()).await?;
    let recovery_codes_left = match accepted {
        None => return Ok(Came::Wrong),
        Some(Accepted::Code) => None,
        Some(Accepted::Recovery { left }) => {
            note(tx, "use_recovery_code", &person.id);
            Some(left)
        }
    };
    login_challenge::end_all(tx, &person.id).await?;
    let opened = session::open(tx, &person.id, ProvenBy::SecondFactor).await?;
    Ok(Came::In { opened, recovery_codes_left })
}

/// The one answer to a challenge that was made up, took too long or was used.
fn over() -> Refusal {
    let message = "This login took too long or was finished before. Log in again.";
    Refusal::new(Code::Unauthenticated, "challenge", message)
}
