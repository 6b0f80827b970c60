//! Ending the lock of an address before its time (spec 1.11). Who shares it can log in again at
//! once; what failed from there before counts no more against it, and still counts against the
//! names that were tried.

use std::net::IpAddr;

use async_graphql::InputObject;

use super::{SecuritySettings, current};
use crate::audit::AuditEntry;
use crate::auth::attempts;
use crate::db::Tx;
use crate::entity::metadata::Entity;
use crate::mutation;
use crate::refusal::{Code, Refusal, Rule};

/// Which address to unlock.
#[derive(InputObject, Debug)]
#[graphql(name = "SecuritySettingsUnlockAddressInput")]
pub struct UnlockAddress {
    /// One address, such as `192.0.2.7` or `2001:db8::1`; no network.
    pub address: String,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

mutation! {
    /// Ends the lock of an address from which too many logins failed. Names that are locked stay
    /// so until somebody unlocks them or their time is over.
    pub SECURITY_SETTINGS_UNLOCK_ADDRESS =
        "securitySettingsUnlockAddress"(UnlockAddress) -> SecuritySettings,
    permission "platform.security_settings.update" => unlock_address
}

/// Forgets what failed from an address.
///
/// # Errors
/// `BAD_FORMAT` for text that is no address.
pub async fn unlock_address(tx: &mut Tx, input: UnlockAddress) -> Rule<SecuritySettings> {
    let settings = current(tx).await?;
    let Ok(address) = input.address.trim().parse::<IpAddr>() else {
        let message = "One address such as 192.0.2.7 or 2001:db8::1.";
        return Err(Refusal::new(Code::BadFormat, "address", message).into());
    };
    let address = address.to_canonical().to_string();
    attempts::unlock_address(tx, Some(&address)).await?;
    let id = settings.id.to_string();
    let mut entry = AuditEntry::new("unlock_address", SecuritySettings::META.type_name, id);
    entry.new_values.insert("address".to_owned(), address.into());
    tx.audit.push(entry);
    Ok(settings)
}
