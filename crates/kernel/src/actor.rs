//! Who acts: a person, a program with a key, or the system itself.

use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::auth::{Credential, TwoFactorMethod};
use crate::entity::sql::Bind;
use crate::module::Module;
use crate::policy::{Rights, Scope};
use crate::refusal::{Refusal, Rule};
use crate::tenant::Tenant;

/// The caller of one request, as its token proved it.
#[derive(Clone)]
pub struct Actor {
    pub tenant: Arc<Tenant>,
    pub module: &'static Module,
    /// Key in the module's user table as text, with its kind before it (`user:..`) where there
    /// are several; `system` for the server's own work.
    pub id: String,
    pub username: String,
    pub name: String,
    pub role: String,
    pub rights: Arc<Rights>,
    /// The session it came with; `None` for keys and the system.
    pub session: Option<uuid::Uuid>,
    /// What its token proved, by which it is seen whether that still holds; `None` where no token
    /// came.
    pub credential: Option<Credential>,
    /// Can do nothing but change its password.
    pub must_change_password: bool,
    /// Can do nothing but enrol a second factor.
    pub must_enrol_second_factor: bool,
    /// How it proves a second time who it is; `None` when it does not.
    pub second_factor: Option<TwoFactorMethod>,
    /// A closed day fixed by the tenant, instead of the clock's (spec 1.4.3).
    pub fixed_business_date: Option<NaiveDate>,
}

impl Actor {
    /// The scope in which a permission is held; `None` when it is not.
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        self.rights.scope(permission)
    }

    /// Whether a permission is held in any scope.
    pub fn may(&self, permission: &str) -> bool {
        self.rights.may(permission)
    }

    /// Refuses whoever has not a permission; `deed` says what it allows, such as `read invoices`.
    ///
    /// # Errors
    /// `FORBIDDEN` with the permission.
    pub fn require(&self, permission: &str, deed: &str) -> Rule<()> {
        match self.may(permission) {
            true => Ok(()),
            false => Err(self.forbidden(permission, deed).into()),
        }
    }

    /// The refusal of who has not a permission.
    pub fn forbidden(&self, permission: &str, deed: &str) -> Refusal {
        Refusal::lacking(permission, "", format!("The role {} may not {deed}.", self.role))
    }

    /// Refuses who has not the permission that one place of what was asked needs, in a sentence
    /// about that place.
    ///
    /// # Errors
    /// `FORBIDDEN` with the permission.
    pub fn require_at(&self, permission: &str, place: &str, sentence: &str) -> Rule<()> {
        match self.may(permission) {
            true => Ok(()),
            false => Err(Refusal::lacking(permission, place, sentence).into()),
        }
    }

    /// Whether this is the server itself.
    pub fn is_system(&self) -> bool {
        self.id == "system"
    }

    /// The key in an integer-keyed user table; `None` for the system.
    pub fn user_id(&self) -> Option<i32> {
        self.id.parse().ok()
    }

    /// The key of a person of this kind, in a module with several kinds of people whose ids
    /// read `kind:key`; `None` for anybody else.
    pub fn key_as(&self, kind: &str) -> Option<Uuid> {
        let (found, key) = self.id.split_once(':')?;
        (found == kind).then(|| key.parse().ok()).flatten()
    }

    /// The key as the user tables hold it, whatever their kind; the whole id where nobody of
    /// those tables acts.
    pub fn key(&self) -> Bind {
        let key = self.id.split_once(':').map_or(self.id.as_str(), |(_, key)| key);
        if let Ok(key) = key.parse() {
            return Bind::Int(Some(key));
        }
        match key.parse() {
            Ok(key) => Bind::Uuid(Some(key)),
            Err(_) => Bind::Text(Some(self.id.clone())),
        }
    }
}

/// What is known of the request that an actor came with.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub request_id: String,
    pub operation: String,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}
