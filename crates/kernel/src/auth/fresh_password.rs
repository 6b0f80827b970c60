//! Passwords that the server makes: nobody chose them, and they have to be changed at the first
//! login (spec 1.11).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::auth::credentials::set_password;
use crate::auth::security_settings;
use crate::db::{Fault, Tx};
use crate::refusal::Rule;

/// Random bytes of a password, where the tenant asks for no longer one.
const USUAL_BYTES: usize = 15;

/// A password that nobody guesses, of at least so many characters. Its end has what the
/// strictest of rules may ask for.
///
/// # Errors
/// When the operating system gives no random numbers.
pub fn fresh_password(least_characters: usize) -> Result<String, Fault> {
    let mut bytes = vec![0; USUAL_BYTES.max(least_characters)];
    getrandom::fill(&mut bytes).map_err(|error| Fault::internal(error.to_string()))?;
    let mut text = URL_SAFE_NO_PAD.encode(bytes);
    text.truncate(20.max(least_characters));
    Ok(format!("{text}-Aa1"))
}

/// Gives a person a password of the server's making and ends its sessions and keys; answers the
/// password. Call it after [`Tx::settle`].
///
/// # Errors
/// [`Fault::TooManyHashes`], and faults of the database.
pub async fn give_fresh_password(
    tx: &mut Tx,
    user_id: &str,
    username: &str,
    email: &str,
) -> Rule<String> {
    let least = security_settings::current(tx).await?.password_min_length;
    let password = fresh_password(usize::try_from(least).unwrap_or_default())?;
    set_password(tx, user_id, username, email, &password, true, "").await?;
    Ok(password)
}
