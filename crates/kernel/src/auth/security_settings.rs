//! The tenant's rules for passwords, attempts and sessions (spec 1.11): one row.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use crate::db::{Fault, Tx};
use crate::entity::{ColumnOf, Set, Sql};
use crate::refusal::{Code, Refusal, Rule};
use crate::{Entity, mutation};

/// The tenant's rules for passwords, attempts and session length.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "SecuritySettings", table = security_settings, module = "platform",
    permission = "platform.security_settings")]
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
    /// Wrong passwords after which a name is locked.
    pub max_login_attempts: i32,
    /// Minutes within which wrong passwords count, and for which a lock holds.
    pub lockout_duration: i32,
    /// Moves on with every change.
    pub version: i32,
    /// When the tenant was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
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

/// What to change; what is left out stays.
#[derive(InputObject)]
#[graphql(name = "SecuritySettingsUpdateInput")]
pub struct Update {
    /// From 8 to 128 characters.
    pub password_min_length: Option<i32>,
    /// Whether a new password needs a capital letter.
    pub password_require_uppercase: Option<bool>,
    /// Whether a new password needs a small letter.
    pub password_require_lowercase: Option<bool>,
    /// Whether a new password needs a digit.
    pub password_require_numbers: Option<bool>,
    /// Whether a new password needs a character that is neither letter nor digit.
    pub password_require_special_chars: Option<bool>,
    /// From 1 to 720 minutes.
    pub session_timeout: Option<i32>,
    /// From 1 to 100 attempts.
    pub max_login_attempts: Option<i32>,
    /// From 1 to 1440 minutes.
    pub lockout_duration: Option<i32>,
    /// The version that was read.
    pub expected_version: Option<i32>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Changes the rules for passwords, attempts and sessions.
    pub SECURITY_SETTINGS_UPDATE = "securitySettingsUpdate"(Update) -> SecuritySettings,
    permission "platform.security_settings.update" => update
}

type Number = (ColumnOf<SecuritySettings, i32>, Option<i32>, &'static str, i32, i32);
type Switch = (ColumnOf<SecuritySettings, bool>, Option<bool>);

async fn update(tx: &mut Tx, input: Update) -> Rule<SecuritySettings> {
    use SecuritySettings as Row;
    let before = locked(tx).await?;
    if let Some(expected) = input.expected_version {
        tx.expect_version(&before, expected).await?;
    }
    let numbers: [Number; 4] = [
        (Row::PASSWORD_MIN_LENGTH, input.password_min_length, "passwordMinLength", 8, 128),
        (Row::SESSION_TIMEOUT, input.session_timeout, "sessionTimeout", 1, 720),
        (Row::MAX_LOGIN_ATTEMPTS, input.max_login_attempts, "maxLoginAttempts", 1, 100),
        (Row::LOCKOUT_DURATION, input.lockout_duration, "lockoutDuration", 1, 1440),
    ];
    let switches: [Switch; 4] = [
        (Row::PASSWORD_REQUIRE_UPPERCASE, input.password_require_uppercase),
        (Row::PASSWORD_REQUIRE_LOWERCASE, input.password_require_lowercase),
        (Row::PASSWORD_REQUIRE_NUMBERS, input.password_require_numbers),
        (Row::PASSWORD_REQUIRE_SPECIAL_CHARS, input.password_require_special_chars),
    ];
    let mut sets: Vec<Set<Row>> = Vec::new();
    for (column, value, field, least, most) in numbers {
        let Some(value) = value else { continue };
        tx.require((least..=most).contains(&value), || {
            let message = format!("A whole number from {least} to {most}.");
            let refusal = Refusal::new(Code::OutOfRange, field, message);
            refusal.with("least", least).with("most", most)
        });
        sets.push(column.to(value));
    }
    for (column, value) in switches {
        sets.extend(value.map(|value| column.to(value)));
    }
    tx.settle()?;
    tx.update(&before, sets).await
}
