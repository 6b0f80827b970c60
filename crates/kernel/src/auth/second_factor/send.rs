//! Sending a code to whoever has a factor by text message or mail, once more or for the first
//! time: while a login waits, or before a change to the factor itself (spec 1.11, rim 5.13).

use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{InputObject, InputType};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Factor, confirmed, none_yet, pending, session_of};
use crate::actor::{Actor, Origin};
use crate::auth::attempts::Source;
use crate::auth::confirm_login;
use crate::auth::door::{self, DoorMutation};
use crate::auth::login_payload::instant;
use crate::auth::one_time_code::{self, FACTOR_EMAIL, FACTOR_SMS, Purpose, Sending};
use crate::auth::person::{self, Person};
use crate::auth::security_settings::{self, TwoFactorMethod};
use crate::db::{Fault, Tx};
use crate::entity::registry::field;
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// Which login waits for the code.
#[derive(InputObject)]
pub struct SendSecondFactorCodeInput {
    /// The challenge of a login that waits; left out by whoever is logged in.
    pub challenge: Option<String>,
}

/// `sendSecondFactorCode`
pub(crate) static SEND_CODE: DoorMutation = DoorMutation {
    name: "sendSecondFactorCode",
    doc: "Sends another code to whoever has a second factor by text message or mail. Only the \
          latest code works.",
    input_type: SendSecondFactorCodeInput::create_type_info,
    payload_type,
    public: true,
    run: |kernel, actor, origin, input| {
        door::run(input, move |input| again(kernel, actor, origin, input))
    },
};

fn payload_type(registry: &mut Registry) -> String {
    door::payload_of(
        registry,
        "SendSecondFactorCodePayload",
        "What sending a code came to.",
        vec![
            field("sentTo", "Where it was sent, the most of it hidden.", "String"),
            field("expiresAt", "Until when it works.", "DateTime"),
        ],
    )
}

async fn again(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
    input: SendSecondFactorCodeInput,
) -> Rule<serde_json::Value> {
    let person = match &input.challenge {
        Some(challenge) => confirm_login::whose(kernel, origin, challenge).await?,
        None => session_of(actor)?.0,
    };
    let mut tx = door::begin(kernel, person, origin, SEND_CODE.name).await?;
    let sent = send_again(&mut tx, input.challenge.is_some()).await;
    let sent = door::end(tx, sent).await?;
    Ok(json!({ "sentTo": sent.to, "expiresAt": instant(sent.expires_at), "userErrors": [] }))
}

async fn send_again(tx: &mut Tx, logging_in: bool) -> Rule<Sent> {
    let settings = security_settings::locked(tx).await?;
    let person = tx.actor.id.clone();
    let person = person::by_id(tx, &person).await?.ok_or_else(door::not_logged_in)?;
    let source = Source::new(&person.username, tx.origin.address.as_deref());
    let source = source.ok_or_else(|| Fault::internal("a person with an impossible username"))?;
    source.check_lock(tx, &settings).await?;
    let factor = match pending(tx, &person.id).await?.filter(|_| !logging_in) {
        Some(pending) => Some(pending),
        None => confirmed(tx, &person.id).await?,
    };
    factor.ok_or_else(none_yet)?.send_code(tx, &person.id).await
}

/// A code on its way.
pub(crate) struct Sent {
    /// Where to, the most of it hidden.
    pub to: String,
    pub expires_at: DateTime<Utc>,
}

impl Factor {
    /// Sends a code to where this factor has them sent. Call it with the security settings
    /// locked.
    ///
    /// # Errors
    /// `PRECONDITION_FAILED` for an app, `RATE_LIMITED`, and faults.
    pub async fn send_code(&self, tx: &mut Tx, user_id: &str) -> Rule<Sent> {
        let Some(destination) = self.destination.as_deref() else {
            let message = "Your second factor is an app, which shows the code by itself.";
            return Err(Refusal::new(Code::PreconditionFailed, "", message).into());
        };
        let template = match self.method {
            TwoFactorMethod::Sms => &FACTOR_SMS,
            TwoFactorMethod::Email | TwoFactorMethod::App => &FACTOR_EMAIL,
        };
        let (purpose, recipient) = (Purpose::Factor, user_id);
        let sending = Sending { purpose, recipient, template, destination, known: true };
        let expires_at = one_time_code::send(tx, sending).await?;
        Ok(Sent { to: hidden(destination), expires_at })
    }
}

/// Where a person's codes are to be sent by this method; nowhere for an app.
///
/// # Errors
/// `PRECONDITION_FAILED` where nobody knows the phone number or mail address.
pub(super) fn destination(
    person: &Person,
    method: TwoFactorMethod,
) -> Result<Option<&str>, Refusal> {
    let (destination, what) = match method {
        TwoFactorMethod::Sms => (person.phone.as_deref(), "phone number"),
        TwoFactorMethod::Email => (person.email.as_deref(), "email address"),
        TwoFactorMethod::App => return Ok(None),
    };
    let message = || {
        format!(
            "Your {what} is not known here. Use an authenticator app (method APP), or ask an \
             administrator to enter it."
        )
    };
    let known = destination.filter(|destination| !destination.is_empty());
    let known = known.ok_or_else(|| Refusal::new(Code::PreconditionFailed, "method", message()));
    known.map(Some)
}

/// An address of which its owner sees enough to know it: `+23••••••01`, `a•••@shop.example`.
fn hidden(destination: &str) -> String {
    let masked = |text: &str, first: usize, last: usize| {
        let length = text.chars().count();
        let shown = |place: usize| place < first || place + last >= length;
        let characters = text.chars().enumerate();
        characters.map(|(place, c)| if shown(place) { c } else { '•' }).collect::<String>()
    };
    match destination.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", masked(local, 1, 0)),
        None => masked(destination, 3, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_only_enough_to_know_it_is_shown() {
        assert_eq!(hidden("+233201234567"), "+23••••••••67");
        assert_eq!(hidden("ama@shop.example"), "a••@shop.example");
        assert_eq!(hidden("a@shop.example"), "a@shop.example");
    }
}
