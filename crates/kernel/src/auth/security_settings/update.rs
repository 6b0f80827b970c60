//! Changing the rules for passwords, attempts, sessions, second factors and addresses
//! (spec 1.11, rim 5.8). A list that would lock out whoever saves it is refused; what weakens
//! anything waits for a second person.

use async_graphql::InputObject;

use super::weakened::weakened;
use super::{SecuritySettings, TwoFactorMethod, locked};
use crate::auth::address_rules::{KeptOut, MOST_ENTRIES};
use crate::db::Tx;
use crate::entity::Set;
use crate::mutation;
use crate::network::Network;
use crate::refusal::{Code, Refusal, Rule};

/// What to change; what is left out stays.
#[derive(InputObject, Debug)]
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
    /// Whether everybody with a password needs a second factor.
    pub two_factor_required: Option<bool>,
    /// How codes reach people who do not use an authenticator app.
    pub two_factor_method: Option<TwoFactorMethod>,
    /// The whole list, at most 100 addresses or networks; empty for any.
    pub ip_whitelist: Option<Vec<String>>,
    /// The whole list, at most 100 addresses or networks.
    pub ip_blacklist: Option<Vec<String>>,
    /// The version that was read.
    pub expected_version: Option<i32>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Changes the rules for passwords, attempts, sessions, second factors and addresses. What
    /// weakens any of them waits for a second person.
    pub SECURITY_SETTINGS_UPDATE = "securitySettingsUpdate"(Update) -> SecuritySettings,
    permission "platform.security_settings.update"
    approved by "platform.security_settings.update" => update
}

/// Changes the tenant's security settings.
///
/// # Errors
/// Refusals about numbers and lists, `ADDRESS_NOT_ALLOWED` for a list that would lock out the
/// caller, and an approval to wait for where anything is weakened.
pub async fn update(tx: &mut Tx, input: Update) -> Rule<SecuritySettings> {
    let before = locked(tx).await?;
    if let Some(expected) = input.expected_version {
        tx.expect_version(&before, expected).await?;
    }
    let after = asked(tx, &before, input);
    tx.settle()?;
    refuse_own_lockout(tx, &before, &after)?;
    tx.settle()?;
    let weaker = weakened(&before, &after)?;
    if !weaker.is_empty() {
        let summary = format!("Weaken the security settings: {}", weaker.join(", "));
        tx.four_eyes(&before, summary).await?;
    }
    tx.update(&before, sets(after)).await
}

/// The settings as they are asked for, numbers within their bounds and lists of addresses only.
fn asked(tx: &mut Tx, before: &SecuritySettings, input: Update) -> SecuritySettings {
    let mut number = |asked: Option<i32>, now: i32, field: &str, least: i32, most: i32| {
        let value = asked.unwrap_or(now);
        tx.require((least..=most).contains(&value), || {
            let message = format!("A whole number from {least} to {most}.");
            let refusal = Refusal::new(Code::OutOfRange, field, message);
            refusal.with("least", least).with("most", most)
        });
        value
    };
    let least = before.password_min_length;
    let (timeout, attempts) = (before.session_timeout, before.max_login_attempts);
    let lockout = before.lockout_duration;
    let length = number(input.password_min_length, least, "passwordMinLength", 8, 128);
    let timeout = number(input.session_timeout, timeout, "sessionTimeout", 1, 720);
    let attempts = number(input.max_login_attempts, attempts, "maxLoginAttempts", 1, 100);
    let lockout = number(input.lockout_duration, lockout, "lockoutDuration", 1, 1440);
    let on = |asked: Option<bool>, now: bool| asked.unwrap_or(now);
    SecuritySettings {
        password_min_length: length,
        password_require_uppercase: on(
            input.password_require_uppercase,
            before.password_require_uppercase,
        ),
        password_require_lowercase: on(
            input.password_require_lowercase,
            before.password_require_lowercase,
        ),
        password_require_numbers: on(
            input.password_require_numbers,
            before.password_require_numbers,
        ),
        password_require_special_chars: on(
            input.password_require_special_chars,
            before.password_require_special_chars,
        ),
        session_timeout: timeout,
        max_login_attempts: attempts,
        lockout_duration: lockout,
        two_factor_required: on(input.two_factor_required, before.two_factor_required),
        two_factor_method: input.two_factor_method.unwrap_or(before.two_factor_method),
        ip_whitelist: list(tx, input.ip_whitelist, &before.ip_whitelist, "ipWhitelist"),
        ip_blacklist: list(tx, input.ip_blacklist, &before.ip_blacklist, "ipBlacklist"),
        ..before.clone()
    }
}

/// A list as it is kept: each entry once, written in one way.
fn list(tx: &mut Tx, asked: Option<Vec<String>>, now: &[String], field: &str) -> Vec<String> {
    let Some(asked) = asked else { return now.to_vec() };
    if asked.len() > MOST_ENTRIES {
        let message = format!("At most {MOST_ENTRIES} addresses and networks.");
        let refusal = Refusal::new(Code::OutOfRange, field, message);
        tx.refuse(refusal.with("most", MOST_ENTRIES));
        return Vec::new();
    }
    let mut kept = Vec::new();
    for (place, text) in asked.iter().enumerate() {
        match text.parse::<Network>() {
            Ok(network) if !kept.contains(&network.to_string()) => kept.push(network.to_string()),
            Ok(_) => {}
            Err(error) => {
                let message = format!("This is neither: {error}.");
                tx.refuse(Refusal::new(Code::BadFormat, format!("{field}.{place}"), message));
            }
        }
    }
    kept
}

/// Nobody saves a list that keeps out the address that they call from.
fn refuse_own_lockout(
    tx: &mut Tx,
    before: &SecuritySettings,
    after: &SecuritySettings,
) -> Rule<()> {
    let same =
        before.ip_whitelist == after.ip_whitelist && before.ip_blacklist == after.ip_blacklist;
    let address = tx.origin.address.clone();
    let kept_out = after.address_rules()?.keeps_out(address.as_deref()).filter(|_| !same);
    let Some(kept_out) = kept_out else { return Ok(()) };
    let (field, words) = match kept_out {
        KeptOut::Denied => ("ipBlacklist", "is on this list"),
        KeptOut::NotAllowed => ("ipWhitelist", "is not on this list"),
    };
    let own = address.as_deref().unwrap_or("which is unknown");
    let message = format!("Your own address, {own}, {words}: you would lock yourself out.");
    let refusal = Refusal::new(Code::AddressNotAllowed, field, message);
    tx.refuse(refusal.with("address", address));
    Ok(())
}

fn sets(after: SecuritySettings) -> Vec<Set<SecuritySettings>> {
    use SecuritySettings as Row;
    vec![
        Row::PASSWORD_MIN_LENGTH.to(after.password_min_length),
        Row::PASSWORD_REQUIRE_UPPERCASE.to(after.password_require_uppercase),
        Row::PASSWORD_REQUIRE_LOWERCASE.to(after.password_require_lowercase),
        Row::PASSWORD_REQUIRE_NUMBERS.to(after.password_require_numbers),
        Row::PASSWORD_REQUIRE_SPECIAL_CHARS.to(after.password_require_special_chars),
        Row::SESSION_TIMEOUT.to(after.session_timeout),
        Row::MAX_LOGIN_ATTEMPTS.to(after.max_login_attempts),
        Row::LOCKOUT_DURATION.to(after.lockout_duration),
        Row::TWO_FACTOR_REQUIRED.to(after.two_factor_required),
        Row::TWO_FACTOR_METHOD.to(after.two_factor_method),
        Row::IP_WHITELIST.to(after.ip_whitelist),
        Row::IP_BLACKLIST.to(after.ip_blacklist),
    ]
}
