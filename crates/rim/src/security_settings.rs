//! The document's settings row: a face of the kernel's table, which is what is enforced
//! (spec 5.8, 1.11). There is one, made with the tenant, and nothing deletes it.

pub mod update;

use bizgraph_kernel::Entity;
use bizgraph_kernel::auth::TwoFactorMethod;
use chrono::{DateTime, Utc};

/// The tenant's rules for passwords, attempts, sessions, second factors and addresses; one row.
#[derive(Entity, Clone, Debug)]
#[entity(module = "rim", table = rim_security_settings, permission = "platform.security_settings",
    plural = "allSecuritySettings", view)]
pub struct SecuritySettings {
    pub id: i32,
    /// The fewest characters of a new password.
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
    /// Minutes for which a lock holds.
    pub lockout_duration: i32,
    /// Whether everybody with a password needs a second factor; who has none can only enrol one.
    pub two_factor_required: bool,
    /// How codes reach people who do not use an authenticator app, which is always taken.
    pub two_factor_method: TwoFactorMethod,
    /// Addresses and networks that may call, such as `192.0.2.7` or `10.0.0.0/8`; empty for any.
    pub ip_whitelist: Vec<String>,
    /// Addresses and networks that may not call, whatever the whitelist says.
    pub ip_blacklist: Vec<String>,
    /// When the tenant was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}
