//! Passwords that the server makes: nobody chose them, and they have to be changed at the first
//! login (spec 1.11).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::auth::credentials::set_password;
use crate::auth::password_policy::MOST_CHARACTERS;
use crate::auth::security_settings;
use crate::db::{Fault, Tx};
use crate::refusal::Rule;

/// Random bytes of a password, where the tenant asks for no longer one.
const USUAL_BYTES: usize = 15;

/// Characters of a password, where the tenant asks for no longer one.
const USUAL_CHARACTERS: usize = 24;

/// What the strictest of rules may ask for.
const END: &str = "-Aa1";

/// A password that nobody guesses, of at least so many characters, and of no more than are taken.
///
/// # Errors
/// When the operating system gives no random numbers.
pub fn fresh_password(least_characters: usize) -> Result<String, Fault> {
    let mut bytes = vec![0; USUAL_BYTES.max(least_characters)];
    getrandom::fill(&mut bytes).map_err(|error| Fault::internal(error.to_string()))?;
    let mut text = URL_SAFE_NO_PAD.encode(bytes);
    text.truncate(least_characters.clamp(USUAL_CHARACTERS, MOST_CHARACTERS) - END.len());
    Ok(format!("{text}{END}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_long_as_is_asked_for_and_no_longer_than_is_taken() {
        for (least, length) in [(0, 24), (8, 24), (24, 24), (25, 25), (125, 125), (128, 128)] {
            let password = fresh_password(least).unwrap();
            assert_eq!(password.chars().count(), length, "{least}");
            assert!(password.ends_with(END));
        }
        assert_ne!(fresh_password(8).unwrap(), fresh_password(8).unwrap());
    }
}
