//! Recovery codes: for whoever lost the phone. Each works once, and only their hashes are kept
//! (spec 1.11).

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::db::{Fault, Tx};
use crate::entity::{Bind, Sql, decode};
use crate::refusal::Rule;

/// Codes of a person.
const CODES: usize = 10;

/// Random bytes of a code: 80 bits, so that nobody finds one by its hash.
const CODE_BYTES: usize = 10;

/// Letters and digits of a code.
const CODE_CHARACTERS: usize = 16;

/// A person's codes in place of those before; they are told only here.
///
/// # Errors
/// Faults.
pub(crate) async fn renew(tx: &mut Tx, user_id: &str) -> Rule<Vec<String>> {
    forget(tx, user_id).await?;
    let mut codes = Vec::with_capacity(CODES);
    let mut sql = Sql::new("INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES ");
    for place in 0..CODES {
        let code = fresh()?;
        sql.push(if place == 0 { "(" } else { ", (" });
        sql.bind(Bind::Text(Some(user_id.to_owned()))).push(", ");
        sql.bind(hash(user_id, &code)).push(", ").bind(Bind::Instant(Some(tx.now))).push(")");
        codes.push(in_groups(&code));
    }
    tx.execute(sql).await?;
    Ok(codes)
}

/// Removes every code of a person.
pub(crate) async fn forget(tx: &mut Tx, user_id: &str) -> Rule<()> {
    let mut sql = Sql::new("DELETE FROM recovery_codes WHERE user_id = ");
    sql.bind(Bind::Text(Some(user_id.to_owned())));
    tx.execute(sql).await?;
    Ok(())
}

/// Uses a code up; how many are left when it was one of this person's, `None` otherwise.
pub(crate) async fn take(tx: &mut Tx, user_id: &str, code: &str) -> Rule<Option<i64>> {
    let user = || Bind::Text(Some(user_id.to_owned()));
    let mut sql = Sql::new("UPDATE recovery_codes SET used_at = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" WHERE used_at IS NULL AND user_id = ");
    sql.bind(user()).push(" AND code_hash = ").bind(hash(user_id, code));
    if tx.execute(sql).await? == 0 {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT count(*) FROM recovery_codes WHERE used_at IS NULL AND ");
    sql.push("user_id = ").bind(user());
    let rows = tx.load(sql).await?;
    Ok(rows.first().map(|row| decode(row, 0)).transpose()?)
}

/// Whether a text, without blanks and hyphens, can be a recovery code.
pub(crate) fn is_one(text: &str) -> bool {
    text.len() == CODE_CHARACTERS && BASE32_NOPAD.decode(text.as_bytes()).is_ok()
}

fn fresh() -> Result<String, Fault> {
    let mut bytes = [0_u8; CODE_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Fault::internal(error.to_string()))?;
    Ok(BASE32_NOPAD.encode(&bytes))
}

/// `ABCD-EFGH-IJKL-MNOP`
fn in_groups(code: &str) -> String {
    let groups: Vec<&[u8]> = code.as_bytes().chunks(4).collect();
    String::from_utf8_lossy(&groups.join(&b'-')).into_owned()
}

fn hash(user_id: &str, code: &str) -> Bind {
    Bind::Bytes(Sha256::digest(format!("{user_id}\n{code}").as_bytes()).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_sixteen_letters_and_digits_in_groups() {
        let code = fresh().unwrap();
        assert!(is_one(&code), "{code}");
        assert_eq!(in_groups("ABCDEFGHIJKLMNOP"), "ABCD-EFGH-IJKL-MNOP");
        for text in ["", "123456", "ABCD-EFGH-IJKL-MNOP", "ABCDEFGHIJKLMNO1"] {
            assert!(!is_one(text), "{text}");
        }
    }
}
