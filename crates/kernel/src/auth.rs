//! Proving who calls: passwords, second factors, codes, bearer tokens, sessions, keys of programs, addresses, and the
//! tenant's rules for them (spec 1.2.4, 1.7.4, 1.11).

pub mod address_rules;
pub mod api_key;
pub mod attempts;
pub mod authenticate;
pub mod change_password;
pub mod code_login;
mod confirm_login;
pub mod credentials;
pub mod door;
pub mod fresh_password;
pub mod login;
mod login_challenge;
mod login_payload;
pub mod logout;
mod one_time_code;
pub mod password;
pub mod password_policy;
pub mod person;
mod reauthenticate;
mod recovery_code;
pub mod second_factor;
pub mod security_settings;
mod session;
pub mod standing;
pub mod support;
pub mod tenant_setting;
pub mod token;
pub mod token_cache;
mod totp;
pub mod viewer;

pub use api_key::{API_KEY_CREATE, API_KEY_REVOKE, ApiKey};
pub use code_login::CodeLogin;
pub use credentials::{keep_password, revoke_all, set_password, unlock};
pub use door::{DOOR_MUTATIONS, DoorMutation};
pub use fresh_password::{fresh_password, give_fresh_password};
pub use password::{Passwords, hash_password};
pub use second_factor::reset_second_factor;
pub use security_settings::open_addresses;
pub use security_settings::{
    SECURITY_SETTINGS_UNLOCK_ADDRESS, SECURITY_SETTINGS_UPDATE, SecuritySettings, TwoFactorMethod,
};
pub use standing::Credential;
pub(crate) use tenant_setting::read_fixed_date;
pub use tenant_setting::{BUSINESS_DATE, SETTINGS, TENANT_SETTING_SET, TenantSetting};
pub use token_cache::TokenCache;
pub use viewer::{viewer_json, viewer_type};
