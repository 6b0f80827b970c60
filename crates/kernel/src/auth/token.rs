//! Bearer tokens: `bg_{slug}_{secret}`. The slug leads to the tenant, the secret is known to
//! the caller alone; the tenant's schema keeps its hash (spec 1.2.4).

use diesel::deserialize::FromSql;
use diesel::pg::{Pg, PgValue};
use sha2::{Digest, Sha256};

use crate::db::Fault;
use crate::entity::{Bind, Cell, Kind};
use crate::hexadecimal::digits;
use crate::tenant::is_slug;

/// What every token begins with, so that leaked ones are found by scanners.
const PREFIX: &str = "bg_";

/// Random bytes of a secret: 256 bits.
const SECRET_BYTES: usize = 32;

/// The last characters of a key that stay visible.
const SHOWN_CHARACTERS: usize = 4;

/// The SHA-256 hash of a token, which is all that is stored of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(Vec<u8>);

impl TokenHash {
    /// The hash of this token.
    pub fn of(token: &str) -> Self {
        TokenHash(Sha256::digest(token.as_bytes()).to_vec())
    }

    /// As hexadecimal digits.
    pub(super) fn in_digits(&self) -> String {
        digits(&self.0)
    }
}

impl Cell for TokenHash {
    const KIND: Kind = Kind::Text;

    fn from_value(value: PgValue<'_>) -> Result<Self, Fault> {
        let bytes = <Vec<u8> as FromSql<diesel::sql_types::Binary, Pg>>::from_sql(value);
        bytes.map(TokenHash).map_err(Fault::decode)
    }

    fn bind(&self) -> Bind {
        Bind::Bytes(self.0.clone())
    }

    fn null() -> Bind {
        Bind::Bytes(Vec::new())
    }
}

/// A new token of a tenant. The secret is hexadecimal: a slug may contain `_`, a secret may not.
///
/// # Errors
/// When the system has no random numbers.
pub fn new_token(slug: &str) -> Result<String, Fault> {
    let mut secret = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut secret).map_err(|error| Fault::internal(error.to_string()))?;
    Ok(format!("{PREFIX}{slug}_{}", digits(secret)))
}

/// The slug in a token; `None` for what cannot be one.
pub fn slug_of(token: &str) -> Option<&str> {
    let (slug, secret) = token.strip_prefix(PREFIX)?.rsplit_once('_')?;
    let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let fits = is_slug(slug) && secret.len() == 2 * SECRET_BYTES && secret.bytes().all(hexadecimal);
    fits.then_some(slug)
}

/// The end of a token, by which its owner tells keys apart.
pub fn last_characters(token: &str) -> String {
    let start = token.len().saturating_sub(SHOWN_CHARACTERS);
    token.get(start..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_its_tenant_even_with_underscores() {
        let token = new_token("shop_two_2").unwrap();
        assert_eq!(slug_of(&token), Some("shop_two_2"));
        assert_eq!(token.len(), "bg_shop_two_2_".len() + 64);
        assert!(token.ends_with(&last_characters(&token)));
        assert_ne!(token, new_token("shop_two_2").unwrap());
    }

    #[test]
    fn what_is_no_token_has_no_tenant() {
        let secret = "a".repeat(64);
        for text in [
            String::new(),
            "bg_".to_owned(),
            "bg_bizhub".to_owned(),
            format!("bg__{secret}"),
            format!("bg_bizhub_{}", &secret[1..]),
            format!("bg_bizhub_{}G", &secret[1..]),
            format!("bg_Biz\"hub_{secret}"),
            format!("xx_bizhub_{secret}"),
        ] {
            assert_eq!(slug_of(&text), None, "{text}");
        }
    }
}
