//! Codes of six digits that are sent to a phone or a mailbox: they work once, for five minutes,
//! and stand a few wrong attempts (spec 1.11, rim 5.13). Only the latest counts, and what is
//! kept of it is a hash that a key outside the database makes.

use chrono::{DateTime, TimeDelta, Utc};

use crate::cipher::Cipher;
use crate::db::{Fault, Tx};
use crate::entity::{Bind, Sql, decode};
use crate::notification::{Channel, Draft, Template, render};
use crate::refusal::{Code, Refusal, Rule};

/// How long a code works.
pub(crate) const CODE_MINUTES: i64 = 5;

/// Wrong attempts that a code stands.
const MOST_WRONG: i32 = 5;

/// Minutes within which codes are counted.
const WINDOW_MINUTES: i64 = 15;

/// Codes that one recipient gets in that time.
const MOST_TO_RECIPIENT: i64 = 5;

/// Codes that one address may ask for in that time: many people share one.
const MOST_FROM_ADDRESS: i64 = 30;

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The way in of whoever has this phone number.
    Login,
    /// The second factor of a person.
    Factor,
}

impl Purpose {
    const fn spelling(self) -> &'static str {
        match self {
            Purpose::Login => "login",
            Purpose::Factor => "factor",
        }
    }
}

/// A code on its way.
pub(crate) struct Sending<'a> {
    pub purpose: Purpose,
    /// Whose it is: a phone number, or the key of a person.
    pub recipient: &'a str,
    pub template: &'static Template,
    /// Phone number or mail address that it goes to.
    pub destination: &'a str,
    /// Whether somebody is there to get it. Nobody can tell from what is done here.
    pub known: bool,
}

/// Makes a code and queues the message that tells it; answers when it ends. Call it with the
/// tenant's security settings locked, so that codes are counted one after the other.
///
/// # Errors
/// `RATE_LIMITED` when the recipient or the address had too many of late.
pub(crate) async fn send(tx: &mut Tx, sending: Sending<'_>) -> Rule<DateTime<Utc>> {
    let Sending { purpose, recipient, template, destination, known } = sending;
    check_rate(tx, purpose, recipient).await?;
    let code = fresh()?;
    let (now, expires_at) = (tx.now, tx.now + TimeDelta::minutes(CODE_MINUTES));
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    let mut sql = Sql::new(
        "INSERT INTO one_time_codes (purpose, recipient, code_hash, address, created_at, \
         expires_at) VALUES (",
    );
    sql.bind(text(purpose.spelling())).push(", ").bind(tx.personal(recipient)).push(", ");
    sql.bind(Bind::Bytes(hash(&tx.cipher, purpose, recipient, &code))).push(", ");
    sql.bind(Bind::Text(tx.origin.address.clone())).push(", ");
    sql.bind(Bind::Instant(Some(now))).push(", ").bind(Bind::Instant(Some(expires_at)));
    sql.push(") RETURNING id");
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a code without a row"))?;
    let id: i64 = decode(row, 0)?;
    let variables = serde_json::json!({ "code": code, "organisation": tx.actor.tenant.name });
    let filled = |text| {
        render(text, &variables)
            .map_err(|error| Fault::internal(format!("template {}: {error}", template.name)))
    };
    let draft = Draft {
        template: template.name,
        channel: template.channel,
        recipient: destination,
        subject: filled(template.subject)?,
        body: filled(template.body)?,
        variables: serde_json::json!({}),
        dedupe_key: &format!("code:{id}"),
    };
    tx.queue_code(draft, expires_at, known).await?;
    Ok(expires_at)
}

/// Whether this is the recipient's latest code; it is used up then. A wrong one counts.
pub(crate) async fn take(tx: &mut Tx, purpose: Purpose, recipient: &str, code: &str) -> Rule<bool> {
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    let presented = hash(&tx.cipher, purpose, recipient, code);
    let mut sql = Sql::new("SELECT id, used_at IS NULL AND wrong_attempts < ");
    sql.bind(MOST_WRONG.into()).push(" AND expires_at > ").bind(Bind::Instant(Some(tx.now)));
    sql.push(", code_hash = ").bind(Bind::Bytes(presented));
    sql.push(" FROM one_time_codes WHERE purpose = ").bind(text(purpose.spelling()));
    sql.push(" AND recipient = ANY(").bind(tx.personal_forms(&[recipient]));
    sql.push(") ORDER BY id DESC LIMIT 1 FOR UPDATE");
    let rows = tx.load(sql).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let (id, works, same): (i64, bool, bool) = (decode(row, 0)?, decode(row, 1)?, decode(row, 2)?);
    let taken = works && same;
    let mut sql = Sql::new("UPDATE one_time_codes SET ");
    if taken {
        sql.push("used_at = ").bind(Bind::Instant(Some(tx.now)));
    } else {
        sql.push("wrong_attempts = wrong_attempts + 1");
    }
    sql.push(" WHERE id = ").bind(Bind::Big(Some(id)));
    tx.execute(sql).await?;
    Ok(taken)
}

async fn check_rate(tx: &mut Tx, purpose: Purpose, recipient: &str) -> Rule<()> {
    let text = |text: &str| Bind::Text(Some(text.to_owned()));
    let since = || Bind::Instant(Some(tx.now - TimeDelta::minutes(WINDOW_MINUTES)));
    let mut sql = Sql::new("SELECT (SELECT count(*) FROM one_time_codes WHERE purpose = ");
    sql.bind(text(purpose.spelling())).push(" AND recipient = ANY(");
    sql.bind(tx.personal_forms(&[recipient])).push(") AND created_at > ").bind(since());
    sql.push("), (SELECT count(*) FROM one_time_codes WHERE address = ");
    sql.bind(Bind::Text(tx.origin.address.clone())).push(" AND created_at > ").bind(since());
    sql.push(")");
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a count without a row"))?;
    let (to_recipient, from_address): (i64, i64) = (decode(row, 0)?, decode(row, 1)?);
    if to_recipient < MOST_TO_RECIPIENT && from_address < MOST_FROM_ADDRESS {
        return Ok(());
    }
    let message = format!(
        "Too many codes were asked for. Use the last one, or try again in {WINDOW_MINUTES} minutes."
    );
    let refusal = Refusal::new(Code::RateLimited, "", message);
    Err(refusal.with("retryAfterSeconds", WINDOW_MINUTES * 60).into())
}

/// Six digits, each number as likely as any other.
fn fresh() -> Result<String, Fault> {
    const CODES: u32 = 1_000_000;
    loop {
        let mut bytes = [0_u8; 4];
        getrandom::fill(&mut bytes).map_err(|error| Fault::internal(error.to_string()))?;
        let number = u32::from_be_bytes(bytes);
        // The numbers above the last whole million would make some codes more likely.
        if number < u32::MAX - u32::MAX % CODES {
            return Ok(format!("{:06}", number % CODES));
        }
    }
}

fn hash(cipher: &Cipher, purpose: Purpose, recipient: &str, code: &str) -> Vec<u8> {
    let purpose = purpose.spelling();
    cipher.signature(format!("one-time code\n{purpose}\n{recipient}\n{code}").as_bytes())
}

/// A code for people who log in with their phone number.
pub(crate) static LOGIN_CODE: Template = Template {
    name: "platform.login_code",
    doc: "Sent to a phone number from which somebody wants to log in.",
    channel: Channel::Sms,
    subject: "Your code",
    body: "{{ code }} is your code for {{ organisation }}. It works once, for five minutes. \
           Nobody of us will ever ask you for it.",
};

/// A second factor by text message.
pub(crate) static FACTOR_SMS: Template = Template {
    name: "platform.second_factor_sms",
    doc: "Sent to a person who proves a second time who it is.",
    channel: Channel::Sms,
    subject: "Your code",
    body: LOGIN_CODE.body,
};

/// A second factor by mail.
pub(crate) static FACTOR_EMAIL: Template = Template {
    name: "platform.second_factor_email",
    doc: "Sent to a person who proves a second time who it is.",
    channel: Channel::Email,
    subject: "Your code for {{ organisation }}",
    body: LOGIN_CODE.body,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_its_hash_is_its_own() {
        let code = fresh().unwrap();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        let cipher = Cipher::new(&[7; 32]);
        let mine = hash(&cipher, Purpose::Factor, "adminUser:1", "123456");
        assert_ne!(mine, hash(&cipher, Purpose::Factor, "adminUser:2", "123456"));
        assert_ne!(mine, hash(&cipher, Purpose::Login, "adminUser:1", "123456"));
        assert_ne!(mine, hash(&cipher, Purpose::Factor, "adminUser:1", "123457"));
        assert_ne!(mine, hash(&Cipher::new(&[8; 32]), Purpose::Factor, "adminUser:1", "123456"));
    }
}
