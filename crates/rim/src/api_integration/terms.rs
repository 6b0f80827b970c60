//! What may be written down of a provider (spec 5.10, 1.11): a public address by https, secrets
//! that are stored in envelopes and of which only the last characters are ever shown.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::Set;
use bizgraph_kernel::provider::address;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::Value;

use super::ApiIntegration;

/// Characters of a secret that are shown.
const SHOWN: usize = 4;

/// A secret is at least so long that what is shown tells nothing of the rest.
const LEAST: usize = 8;

/// The most characters of a secret.
const MOST: usize = 500;

/// Which of the two secrets.
#[derive(Clone, Copy)]
pub enum Secret {
    Key,
    Secret,
}

impl Secret {
    fn field(self) -> &'static str {
        match self {
            Secret::Key => "apiKey",
            Secret::Secret => "apiSecret",
        }
    }

    /// What the row holds of a secret; `None` takes it away.
    pub fn sets(self, tx: &mut Tx, secret: Option<String>) -> Rule<Vec<Set<ApiIntegration>>> {
        let secret = secret.map(|secret| self.check(tx, &secret));
        let sealed = secret.as_deref().map(|secret| tx.seal_secret(secret)).transpose()?;
        let end = secret.map(|secret| {
            let shown = secret.chars().count().saturating_sub(SHOWN);
            secret.chars().skip(shown).collect::<String>()
        });
        Ok(match self {
            Secret::Key => {
                vec![ApiIntegration::API_KEY_SEALED.to(sealed), ApiIntegration::API_KEY_END.to(end)]
            }
            Secret::Secret => vec![
                ApiIntegration::API_SECRET_SEALED.to(sealed),
                ApiIntegration::API_SECRET_END.to(end),
            ],
        })
    }

    /// Refuses to send what was given for one host to another.
    pub fn ask_again(self, tx: &mut Tx) {
        let message = "It was given for another host; give it again, or null for none.";
        tx.refuse(Refusal::new(Code::Required, self.field(), message));
    }

    /// It travels in a header, so that it has the characters of one.
    fn check(self, tx: &mut Tx, secret: &str) -> String {
        let secret = secret.trim();
        let length = secret.chars().count();
        tx.require((LEAST..=MOST).contains(&length), || {
            let message = format!("From {LEAST} to {MOST} characters.");
            let refusal = Refusal::new(Code::OutOfRange, self.field(), message);
            refusal.with("least", LEAST).with("most", MOST)
        });
        tx.require(secret.chars().all(|c| c.is_ascii_graphic()), || {
            let message = "Letters, digits and signs of ASCII, without spaces.";
            Refusal::new(Code::BadFormat, self.field(), message)
        });
        secret.to_owned()
    }
}

/// Where the provider is called, without a slash at the end.
pub fn base_url(tx: &mut Tx, text: &str) -> String {
    let text = tx.text(text, "baseUrl", 500);
    match address::parse(&text, &tx.providers.hosts) {
        Ok(url) => url.as_str().trim_end_matches('/').to_owned(),
        Err(message) => {
            tx.refuse(Refusal::new(Code::BadFormat, "baseUrl", message));
            text
        }
    }
}

/// What else a provider needs to know: an object, and nothing in it that is called a secret.
pub fn config(tx: &mut Tx, config: Value) -> Value {
    tx.require(config.is_object(), || {
        Refusal::new(Code::BadFormat, "config", "An object, such as {\"region\": \"west\"}.")
    });
    let secret = secret_name(&config);
    tx.require(secret.is_none(), || {
        let name = secret.unwrap_or_default();
        let message = format!("{name} looks like a secret; it belongs into apiKey or apiSecret.");
        Refusal::new(Code::ValidationFailed, "config", message)
    });
    config
}

fn secret_name(config: &Value) -> Option<String> {
    match config {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let plain = name.to_lowercase().replace(['_', '-'], "");
            let told = ["secret", "password", "apikey", "token"];
            let is_secret = told.iter().any(|word| plain.contains(word));
            if is_secret { Some(name.clone()) } else { secret_name(value) }
        }),
        Value::Array(items) => items.iter().find_map(secret_name),
        _ => None,
    }
}
