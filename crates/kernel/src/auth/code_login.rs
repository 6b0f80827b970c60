//! Logging in with a code that is sent to a phone number (rim 5.2). Numbers that nobody has
//! behave and cost the same: a code is made, attempts are counted and lock, and only the message
//! is not sent.

mod enter;
mod request;

pub(crate) use enter::ENTER;
pub(crate) use request::REQUEST;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::actor::Actor;
use crate::auth::person::{self, Person};
use crate::db::Tx;
use crate::input::e164;
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// The people of a module who log in with their phone number and no password.
pub struct CodeLogin {
    /// Their kind: what stands before the colon of their ids in the module's people. Their
    /// username is their phone number.
    pub kind: &'static str,
    /// Notes that the person with this key, without its kind, was seen.
    pub seen: for<'a> fn(&'a mut Tx, &'a str) -> BoxFuture<'a, Rule<()>>,
}

/// The tenant's own hands and how its people log in with codes; `None` where nobody does.
fn tenant_of(kernel: &Kernel, slug: &str) -> Option<(Arc<Actor>, &'static CodeLogin)> {
    let tenant = kernel.tenant(slug.trim()).filter(|tenant| tenant.active)?;
    let system = kernel.system_actor(tenant)?;
    let code_login = system.module.code_login?;
    Some((system, code_login))
}

/// A phone number as people's usernames hold it.
fn phone(system: &Actor, text: &str) -> Result<String, Refusal> {
    e164(text.trim(), &system.tenant.country).ok_or_else(|| {
        let message = "This is no phone number; write it like +2348030000001.";
        Refusal::new(Code::BadFormat, "phone", message)
    })
}

/// Whoever logs in with this number, if anybody does.
async fn owner(tx: &mut Tx, code_login: &CodeLogin, phone: &str) -> Rule<Option<Person>> {
    let found = person::by_username(tx, phone).await?;
    let kind = |person: &Person| {
        person.id.split_once(':').is_some_and(|(kind, _)| kind == code_login.kind)
    };
    Ok(found.filter(|person| person.active && kind(person)))
}
