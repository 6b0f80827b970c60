//! What providers tell the server by themselves (spec 1.6.5): `POST /callbacks/{tenant}/{sender}`
//! with a body that the sender's secret signs. Whoever sends is found by the module, and what is
//! told goes through the same rules as a mutation, in one transaction.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::actor::{Actor, Origin};
use crate::db::{Fault, Tx};
use crate::hexadecimal::digits;
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rejection, Rule};

/// Most bytes of what a provider tells at once.
pub const MOST_BYTES: usize = 64 * 1024;

/// Seconds that the clock of a provider may differ from ours.
const PATIENCE: i64 = 300;

/// Attempts when others are at work on the same rows (spec 1.6.7).
const ATTEMPTS: usize = 4;

/// Who sends, as a module knows it.
pub struct Sender {
    /// As the audit trail names it, such as `apiIntegration:0192..`.
    pub id: String,
    pub name: String,
    /// Signs what it tells.
    pub secret: String,
}

/// How a module takes what providers tell.
pub struct Callbacks {
    /// The sender behind the last part of the address; `None` for nobody who may tell anything.
    pub sender: for<'a> fn(&'a mut Tx, &'a str) -> BoxFuture<'a, Rule<Option<Sender>>>,
    /// Does what is told and answers the sender, the same for the same body.
    pub receive: for<'a> fn(&'a mut Tx, &'a Sender, &'a Told) -> BoxFuture<'a, Rule<Value>>,
}

/// What was told, its signature checked.
pub struct Told {
    pub bytes: Vec<u8>,
    pub body: Value,
}

/// A request at the door.
pub struct Knock<'a> {
    pub tenant: &'a str,
    pub sender: &'a str,
    /// Seconds since 1970, as the sender wrote them.
    pub timestamp: &'a str,
    /// `sha256=` and the HMAC of timestamp, a point and the body, in hexadecimal digits.
    pub signature: &'a str,
    pub body: Vec<u8>,
}

/// The signature of a body at a time, as the header has it.
pub fn sign(secret: &str, timestamp: &str, body: &[u8]) -> Option<String> {
    let signer = signer(secret, timestamp, body)?;
    Some(format!("sha256={}", digits(signer.finalize().into_bytes())))
}

fn signer(secret: &str, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let signer = <Hmac<Sha256> as Mac>::new_from_slice(secret.as_bytes()).ok()?;
    Some(signer.chain_update(timestamp).chain_update(".").chain_update(body))
}

fn is_signed(secret: &str, knock: &Knock<'_>) -> bool {
    let digits = knock.signature.strip_prefix("sha256=").unwrap_or_default();
    let signature: Option<Vec<u8>> = (digits.len() == 64 && digits.is_ascii())
        .then(|| {
            (0..32).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()).collect()
        })
        .flatten();
    let signer = signer(secret, knock.timestamp, &knock.body);
    signature.zip(signer).is_some_and(|(signature, signer)| signer.verify_slice(&signature).is_ok())
}

/// The answer to everybody who is not known, wherever the mistake is.
fn unknown() -> Rejection {
    let message = "Nobody who may tell anything here signed this; see the address, the clock and \
                   the secret.";
    Refusal::new(Code::Unauthenticated, "", message).into()
}

impl Kernel {
    /// Takes what a provider tells and answers it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for everything that was not signed by a known sender in time, else the
    /// refusals of the rules.
    pub async fn receive(&self, origin: &Origin, knock: Knock<'_>) -> Rule<Value> {
        let tenant = self.tenant(knock.tenant).filter(|tenant| tenant.active);
        let actor = tenant.and_then(|tenant| self.system_actor(tenant)).ok_or_else(unknown)?;
        let callbacks = actor.module.callbacks.ok_or_else(unknown)?;
        let seconds = knock.timestamp.parse::<i64>().map_err(|_| unknown())?;
        let now = self.clock.now().timestamp();
        if seconds.checked_sub(now).is_none_or(|apart| apart.abs() > PATIENCE) {
            return Err(unknown());
        }
        let date = self.system_on(&actor.tenant, None).await?;
        let actor = date.ok_or_else(unknown)?;
        let sender = self.sender(callbacks, &actor, origin, knock.sender).await?;
        // A sender that is not there costs as much as a wrong signature.
        let secret = sender.as_ref().map_or("", |sender| sender.secret.as_str());
        let is_signed = is_signed(secret, &knock);
        let sender = sender.filter(|_| is_signed).ok_or_else(unknown)?;
        let body = serde_json::from_slice(&knock.body).map_err(|error| {
            let message = format!("The body is no JSON: {error}.");
            Refusal::new(Code::BadFormat, "", message)
        })?;
        let told = Told { bytes: knock.body, body };
        let actor = Arc::new(Actor {
            id: sender.id.clone(),
            username: sender.name.clone(),
            name: sender.name.clone(),
            role: "integration".to_owned(),
            ..Actor::clone(&actor)
        });
        let mut attempt = 1;
        loop {
            let received = self.receive_once(callbacks, &actor, origin, &sender, &told).await;
            match received {
                Err(Rejection::Fault(Fault::Retry | Fault::StalePlan | Fault::LockTimeout)) => {
                    if attempt == ATTEMPTS {
                        let message = "Somebody else is changing the same rows. Tell it again.";
                        return Err(Refusal::new(Code::RetryLater, "", message).into());
                    }
                    attempt += 1;
                }
                received => return received,
            }
        }
    }

    async fn sender(
        &self,
        callbacks: &Callbacks,
        actor: &Arc<Actor>,
        origin: &Origin,
        address: &str,
    ) -> Rule<Option<Sender>> {
        let mut tx = self.begin(actor.clone(), origin.clone()).await?;
        let sender = (callbacks.sender)(&mut tx, address).await;
        tx.rollback().await;
        sender
    }

    async fn receive_once(
        &self,
        callbacks: &Callbacks,
        actor: &Arc<Actor>,
        origin: &Origin,
        sender: &Sender,
        told: &Told,
    ) -> Rule<Value> {
        let mut tx = self.begin(actor.clone(), origin.clone()).await?;
        let received = (callbacks.receive)(&mut tx, sender, told).await;
        let received = received.and_then(|answer| tx.settle().map(|()| answer));
        match received {
            Ok(answer) => {
                let errands = std::mem::take(&mut tx.errands);
                tx.commit().await?;
                self.run_errands(actor, origin, errands).await?;
                Ok(answer)
            }
            Err(rejection) => {
                tx.rollback().await;
                Err(rejection)
            }
        }
    }
}
