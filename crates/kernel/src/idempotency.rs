//! The same key, the same outcome (spec 1.6.4). The record commits with the effect, so that a
//! refusal does not burn the key and a crash leaves neither.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::db::{Fault, Tx};
use crate::entity::sql::{Bind, Sql};
use crate::mutation::{Answer, Mutation, Outcome};
use crate::refusal::{Code, Refusal, Rejection, Rule};

/// The longest key that is taken.
const MOST_CHARACTERS: usize = 200;

/// What the key of a call turned out to be.
pub enum Claim {
    /// The mutation takes no key, or the call brought none.
    None,
    /// First seen now, and ours until the transaction ends.
    Fresh(String),
    /// Its outcome is known.
    Known(Answer),
}

/// The hash under which an input is remembered; the mutation's name is part of it.
pub fn hash(mutation: &str, input: &Value) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(mutation.as_bytes());
    hasher.update([0]);
    hasher.update(canonical(input).as_bytes());
    hasher.finalize().to_vec()
}

/// JSON with its keys in order, so that the same input has the same hash.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

impl Tx {
    /// Claims the call's key: the insert waits for a first call that still runs.
    pub(crate) async fn claim_idempotency(
        &mut self,
        mutation: &Mutation,
        input: &Value,
    ) -> Rule<Claim> {
        let Some(key) = input.get("idempotencyKey").and_then(Value::as_str) else {
            return Ok(Claim::None);
        };
        if key.trim().is_empty() || key.chars().count() > MOST_CHARACTERS || key.contains('\0') {
            let message = format!("An idempotency key has 1 to {MOST_CHARACTERS} characters.");
            return Err(Refusal::new(Code::BadFormat, "idempotencyKey", message).into());
        }
        let hash = hash(mutation.name, input);
        let text = |text: &str| Bind::Text(Some(text.to_owned()));
        let mut sql = Sql::new(
            "INSERT INTO idempotency_records (actor, key, mutation, input_hash, created_at) \
             VALUES (",
        );
        sql.bind(text(&self.actor.id)).push(", ").bind(text(key)).push(", ");
        sql.bind(text(mutation.name)).push(", ").bind(Bind::Bytes(hash.clone())).push(", ");
        sql.bind(Bind::Instant(Some(self.now))).push(") ON CONFLICT (actor, key) DO NOTHING");
        let inserted = self.execute(sql).await.map_err(|fault| match fault {
            Fault::LockTimeout => in_progress(),
            other => Rejection::from(other),
        })?;
        if inserted == 1 {
            return Ok(Claim::Fresh(key.to_owned()));
        }
        self.known_outcome(key, &hash).await
    }

    async fn known_outcome(&mut self, key: &str, hash: &[u8]) -> Rule<Claim> {
        let mut sql = Sql::new("SELECT input_hash = ");
        sql.bind(Bind::Bytes(hash.to_vec()))
            .push(", outcome FROM idempotency_records WHERE actor = ");
        sql.bind(Bind::Text(Some(self.actor.id.clone()))).push(" AND key = ");
        sql.bind(Bind::Text(Some(key.to_owned())));
        let rows = self.load(sql).await?;
        let Some(row) = rows.first() else { return Err(in_progress()) };
        if !crate::entity::decode::<bool>(row, 0)? {
            let message = "This key came before with another input. Use a new key.";
            return Err(Refusal::new(Code::IdempotencyKeyReused, "idempotencyKey", message).into());
        }
        let outcome: Option<Value> = crate::entity::decode(row, 1)?;
        let outcome = outcome.unwrap_or_default();
        if let Some(request) = outcome.get("approvalRequest").and_then(Value::as_i64) {
            let request = i32::try_from(request).unwrap_or_default();
            return Ok(Claim::Known(Answer::Awaits { request, replayed: true }));
        }
        let outcome = Outcome {
            key: outcome.get("key").and_then(Value::as_str).map(str::to_owned),
            extra: outcome.get("extra").and_then(Value::as_object).cloned().unwrap_or_default(),
        };
        Ok(Claim::Known(Answer::Done { outcome, replayed: true }))
    }

    /// Keeps what is needed to answer the same call again.
    pub(crate) fn keep_outcome(&mut self, key: String, outcome: &Outcome) {
        self.keep_answer(key, json!({ "key": outcome.key, "extra": outcome.extra }));
    }

    /// Keeps any answer behind a key that was claimed; it is written with the records.
    pub(crate) fn keep_answer(&mut self, key: String, answer: Value) {
        self.answer = Some(KeptAnswer { key, answer });
    }
}

/// An answer on its way behind its key.
pub(crate) struct KeptAnswer {
    key: String,
    answer: Value,
}

impl KeptAnswer {
    /// The statement that keeps it.
    pub(crate) fn sql(self, actor: &str) -> Sql {
        let mut sql = Sql::new("UPDATE idempotency_records SET outcome = ");
        sql.bind(Bind::Json(Some(self.answer))).push(" WHERE actor = ");
        sql.bind(Bind::Text(Some(actor.to_owned()))).push(" AND key = ");
        sql.bind(Bind::Text(Some(self.key)));
        sql
    }
}

fn in_progress() -> Rejection {
    let message = "The first call with this key still runs. Send the same call again.";
    Refusal::new(Code::IdempotencyInProgress, "idempotencyKey", message).into()
}
