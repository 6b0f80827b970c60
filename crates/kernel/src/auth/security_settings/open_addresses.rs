//! The way back for an organisation that locked itself out, such as after its own address
//! changed or too many logins failed from it (spec 1.11): the operator of the server empties its
//! lists and ends the locks of addresses, and the trail says so.

use super::{SecuritySettings, locked};
use crate::auth::attempts;
use crate::db::Tx;
use crate::refusal::Rule;

/// Lets people call from any address.
pub async fn open_addresses(tx: &mut Tx) -> Rule<SecuritySettings> {
    let before = locked(tx).await?;
    attempts::unlock_address(tx, None).await?;
    let sets = vec![
        SecuritySettings::IP_WHITELIST.to(Vec::new()),
        SecuritySettings::IP_BLACKLIST.to(Vec::new()),
    ];
    tx.update(&before, sets).await
}
