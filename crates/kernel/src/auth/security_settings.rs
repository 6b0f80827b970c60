//! The tenant's rules for passwords, attempts, sessions, second factors and addresses
//! (spec 1.11): one row.

mod open_addresses;
mod unlock_address;
mod update;
mod weakened;

pub use open_addresses::open_addresses;
pub use unlock_address::SECURITY_SETTINGS_UNLOCK_ADDRESS;
pub use update::{SECURITY_SETTINGS_UPDATE, Update, update};

use chrono::{DateTime, Utc};

use crate::auth::address_rules::AddressRules;
use crate::db::{Fault, Tx};
use crate::entity::Sql;
use crate::refusal::Rule;
use crate::{Entity, Words};

/// How a person proves a second time who it is.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "TwoFactorMethod")]
pub enum TwoFactorMethod {
    /// `sms`: a code in a text message.
    #[word("sms")]
    Sms,
    /// `email`: a code in a mail.
    #[word("email")]
    Email,
    /// `app`: a code that an authenticator app computes.
    #[word("app")]
    App,
}

/// The tenant's rules for passwords, attempts, sessions, second factors and addresses.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "SecuritySettings", table = security_settings, module = "platform",
    permission = "platform.security_settings", plural = "allSecuritySettings")]
pub struct SecuritySettings {
    pub id: i32,
    /// The fewest characters of a new password; never less than 8.
    pub password_min_length: i32,
    /// Whether a new password needs a capital letter.
    pub password_require_uppercase: bool,
    /// Whether a new password needs a small letter.
    pub password_require_lowercase: bool,
    /// Whether a new password needs a digit.
    pub password_require_numbers: bool,
    /// Whether a new password needs a character that is neither letter nor digit.
    pub password_require_special_chars: bool,
    /// Minutes without a request after which a session ends.
    pub session_timeout: i32,
    /// Wrong passwords and codes after which a name is locked.
    pub max_login_attempts: i32,
    /// Minutes within which wrong passwords and codes count, and for which a lock holds.
    pub lockout_duration: i32,
    /// Whether everybody with a password needs a second factor; who has none can only enrol one.
    pub two_factor_required: bool,
    /// How codes reach people who do not use an authenticator app, which is always taken.
    pub two_factor_method: TwoFactorMethod,
    /// Addresses and networks that may call, such as `192.0.2.7` or `10.0.0.0/8`; empty for any.
    pub ip_whitelist: Vec<String>,
    /// Addresses and networks that may not call, whatever the whitelist says.
    pub ip_blacklist: Vec<String>,
    /// Whether what customers can be reached by is sealed in the database. The operator of the
    /// server changes it; where it is, such fields are filtered by `eq`, `ne` and `in` only.
    #[entity(sql = "EXISTS (SELECT FROM personal_data_keys WHERE seals)")]
    pub personal_data_encrypted: bool,
    /// Moves on with every change.
    pub version: i32,
    /// When the tenant was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl SecuritySettings {
    /// From where people and programs may call.
    pub(crate) fn address_rules(&self) -> Result<AddressRules, Fault> {
        AddressRules::read(&self.ip_whitelist, &self.ip_blacklist)
    }
}

/// The settings as they stand.
pub(crate) async fn current(tx: &mut Tx) -> Rule<SecuritySettings> {
    only_row(tx, "t.id = 1").await
}

/// The settings, locked until the transaction ends.
pub(crate) async fn locked(tx: &mut Tx) -> Rule<SecuritySettings> {
    only_row(tx, "t.id = 1 FOR NO KEY UPDATE OF t").await
}

async fn only_row(tx: &mut Tx, condition: &str) -> Rule<SecuritySettings> {
    let row = tx.select::<SecuritySettings>(Sql::new(condition)).await?.pop();
    row.ok_or_else(|| Fault::internal("a tenant without security settings").into())
}

#[cfg(test)]
pub(crate) fn usual() -> SecuritySettings {
    SecuritySettings {
        id: 1,
        password_min_length: 8,
        password_require_uppercase: false,
        password_require_lowercase: false,
        password_require_numbers: false,
        password_require_special_chars: false,
        session_timeout: 30,
        max_login_attempts: 5,
        lockout_duration: 15,
        two_factor_required: false,
        two_factor_method: TwoFactorMethod::App,
        ip_whitelist: Vec::new(),
        ip_blacklist: Vec::new(),
        personal_data_encrypted: false,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}
