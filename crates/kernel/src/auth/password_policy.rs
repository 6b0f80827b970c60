//! Which passwords a tenant takes (spec 1.11). Looked at when one is set, never at login, and
//! every rule that is not met is told at once.

use crate::auth::password::matches;
use crate::auth::security_settings::SecuritySettings;
use crate::refusal::{Code, Refusal};

/// The shortest password that is taken, in characters, whatever a tenant configures.
const LEAST_CHARACTERS: usize = 8;

/// The longest password that is taken, in characters.
pub const MOST_CHARACTERS: usize = 128;

/// Passwords that may not come again: the current one and those before it.
pub const REMEMBERED: usize = 5;

/// One rule that a password does not meet: its name for programs, and words for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmet {
    pub rule: &'static str,
    pub words: String,
}

impl Unmet {
    fn new(rule: &'static str, words: impl Into<String>) -> Self {
        Unmet { rule, words: words.into() }
    }

    /// The password was used not long ago.
    pub fn used_before() -> Self {
        Unmet::new("notRecent", format!("be none of your last {REMEMBERED}"))
    }
}

/// Every rule that a password does not meet, except for earlier passwords.
pub fn unmet(
    settings: &SecuritySettings,
    password: &str,
    username: &str,
    email: Option<&str>,
) -> Vec<Unmet> {
    let configured = usize::try_from(settings.password_min_length).unwrap_or(LEAST_CHARACTERS);
    let least = configured.max(LEAST_CHARACTERS);
    let length = password.chars().count();
    let lacks = |kind: fn(char) -> bool| !password.chars().any(kind);
    let mut unmet = Vec::new();
    let mut refuse = |fails: bool, rule, words: &str| {
        if fails {
            unmet.push(Unmet::new(rule, words));
        }
    };
    refuse(length < least, "minLength", &format!("have at least {least} characters"));
    refuse(
        length > MOST_CHARACTERS,
        "maxLength",
        &format!("have at most {MOST_CHARACTERS} characters"),
    );
    refuse(
        settings.password_require_uppercase && lacks(char::is_uppercase),
        "requireUppercase",
        "have a capital letter",
    );
    refuse(
        settings.password_require_lowercase && lacks(char::is_lowercase),
        "requireLowercase",
        "have a small letter",
    );
    refuse(
        settings.password_require_numbers && lacks(char::is_numeric),
        "requireNumbers",
        "have a digit",
    );
    refuse(
        settings.password_require_special_chars && lacks(|c| !c.is_alphanumeric()),
        "requireSpecialChars",
        "have a character that is neither letter nor digit",
    );
    let folded = password.trim().to_lowercase();
    let same = |text: &str| folded == text.trim().to_lowercase();
    refuse(
        same(username) || email.is_some_and(same),
        "notUsernameOrEmail",
        "differ from the username and the email address",
    );
    unmet
}

/// Whether one of these hashes is this password's. Slow: one hash computed for each.
pub fn is_used_before(password: &str, hashes: &[String]) -> bool {
    hashes.iter().take(REMEMBERED).any(|hash| matches(password, hash))
}

/// The refusal that lists every rule that is not met.
pub fn refusal(unmet: &[Unmet], field: &str) -> Refusal {
    let words: Vec<&str> = unmet.iter().map(|unmet| unmet.words.as_str()).collect();
    let rules: Vec<&str> = unmet.iter().map(|unmet| unmet.rule).collect();
    let message = format!("The password must {}.", words.join(", and must "));
    Refusal::new(Code::PasswordPolicy, field, message).with("unmet", rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::password::hash_password;
    use crate::auth::security_settings::usual;

    fn settings(least: i32, strict: bool) -> SecuritySettings {
        SecuritySettings {
            password_min_length: least,
            password_require_uppercase: strict,
            password_require_lowercase: strict,
            password_require_numbers: strict,
            password_require_special_chars: strict,
            ..usual()
        }
    }

    fn rules(settings: &SecuritySettings, password: &str) -> Vec<&'static str> {
        let unmet = unmet(settings, password, "Ama", Some("ama@example.com"));
        unmet.iter().map(|unmet| unmet.rule).collect()
    }

    #[test]
    fn every_unmet_rule_is_listed() {
        let all = ["minLength", "requireUppercase", "requireNumbers", "requireSpecialChars"];
        assert_eq!(rules(&settings(10, true), "short"), all);
        assert!(rules(&settings(10, true), "Long-Enough-7").is_empty());
        let refusal = refusal(&unmet(&settings(10, true), "short", "ama", None), "newPassword");
        assert_eq!(refusal.details["unmet"].as_array().map(Vec::len), Some(4));
        assert_eq!(refusal.code, Code::PasswordPolicy);
    }

    #[test]
    fn length_counts_characters_with_a_floor_and_a_ceiling() {
        assert!(rules(&settings(8, false), "éééééééé").is_empty());
        assert_eq!(rules(&settings(1, false), "ééééééé"), ["minLength"]);
        assert!(rules(&settings(8, false), &"x".repeat(128)).is_empty());
        assert_eq!(rules(&settings(8, false), &"x".repeat(129)), ["maxLength"]);
    }

    #[test]
    fn neither_username_nor_email_in_any_spelling() {
        assert_eq!(rules(&settings(8, false), "AMA@example.com"), ["notUsernameOrEmail"]);
        let named = unmet(&settings(8, false), "warehouse", "Warehouse", None);
        assert_eq!(named[0].rule, "notUsernameOrEmail");
    }

    #[test]
    fn only_the_last_five_count() {
        let old = hash_password("the oldest one").unwrap();
        let fill = |count: usize| vec!["$none".to_owned(); count];
        assert!(is_used_before("the oldest one", &[fill(4), vec![old.clone()]].concat()));
        assert!(!is_used_before("the oldest one", &[fill(5), vec![old]].concat()));
    }
}
