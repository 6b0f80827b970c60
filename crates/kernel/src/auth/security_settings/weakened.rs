//! What a change to the security settings makes weaker: a second person agrees to that
//! (rim 5.8).

use super::{SecuritySettings, TwoFactorMethod};
use crate::db::Fault;

/// The settings that protect less than before, by their names in the API.
pub fn weakened(
    before: &SecuritySettings,
    after: &SecuritySettings,
) -> Result<Vec<&'static str>, Fault> {
    let fewer = |number: fn(&SecuritySettings) -> i32| number(after) < number(before);
    let more = |number: fn(&SecuritySettings) -> i32| number(after) > number(before);
    let off = |switch: fn(&SecuritySettings) -> bool| switch(before) && !switch(after);
    let app = TwoFactorMethod::App;
    let admits_more = after.address_rules()?.admit_more_than(&before.address_rules()?);
    let all = [
        ("passwordMinLength", fewer(|it| it.password_min_length)),
        ("passwordRequireUppercase", off(|it| it.password_require_uppercase)),
        ("passwordRequireLowercase", off(|it| it.password_require_lowercase)),
        ("passwordRequireNumbers", off(|it| it.password_require_numbers)),
        ("passwordRequireSpecialChars", off(|it| it.password_require_special_chars)),
        ("sessionTimeout", more(|it| it.session_timeout)),
        ("maxLoginAttempts", more(|it| it.max_login_attempts)),
        ("lockoutDuration", fewer(|it| it.lockout_duration)),
        ("twoFactorRequired", off(|it| it.two_factor_required)),
        ("twoFactorMethod", before.two_factor_method == app && after.two_factor_method != app),
        ("ipWhitelist", admits_more && before.ip_whitelist != after.ip_whitelist),
        ("ipBlacklist", admits_more && before.ip_blacklist != after.ip_blacklist),
    ];
    Ok(all.into_iter().filter(|(_, weaker)| *weaker).map(|(name, _)| name).collect())
}

#[cfg(test)]
mod tests {
    use super::super::usual;
    use super::*;

    fn strict() -> SecuritySettings {
        SecuritySettings {
            password_min_length: 12,
            password_require_uppercase: true,
            password_require_lowercase: true,
            password_require_numbers: true,
            password_require_special_chars: true,
            session_timeout: 10,
            max_login_attempts: 3,
            lockout_duration: 60,
            two_factor_required: true,
            two_factor_method: TwoFactorMethod::App,
            ip_whitelist: vec!["10.0.0.0/8".to_owned()],
            ip_blacklist: vec!["10.6.0.0/16".to_owned()],
            ..usual()
        }
    }

    #[test]
    fn every_setting_can_be_weakened_and_none_is_by_being_tightened() {
        let lax = SecuritySettings { two_factor_method: TwoFactorMethod::Sms, ..usual() };
        assert_eq!(weakened(&strict(), &lax).unwrap().len(), 12);
        assert!(weakened(&lax, &strict()).unwrap().is_empty());
        assert!(weakened(&strict(), &strict()).unwrap().is_empty());
    }

    #[test]
    fn only_what_is_weaker_is_named() {
        let after = SecuritySettings { session_timeout: 11, max_login_attempts: 1, ..strict() };
        assert_eq!(weakened(&strict(), &after).unwrap(), ["sessionTimeout"]);
        let wider = vec!["10.0.0.0/8".to_owned(), "192.0.2.7".to_owned()];
        let after = SecuritySettings { ip_whitelist: wider, ..strict() };
        assert_eq!(weakened(&strict(), &after).unwrap(), ["ipWhitelist"]);
    }
}
