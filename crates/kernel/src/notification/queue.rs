//! Queueing a message in the transaction of what it tells: once for its dedupe key, so that what
//! is done twice is told once (spec 1.13).

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::db::{Fault, Tx};
use crate::entity::sql::{Bind, Sql};
use crate::notification::{Channel, Template, render};
use crate::refusal::Rule;

/// A message whose text is ready.
pub struct Draft<'a> {
    /// Name of what it was made from.
    pub template: &'a str,
    pub channel: Channel,
    /// Mail address or phone number.
    pub recipient: &'a str,
    pub subject: String,
    pub body: String,
    pub variables: Value,
    pub dedupe_key: &'a str,
}

/// What kind of text a message has.
#[derive(Clone, Copy, Default)]
struct Kind<'a> {
    is_html: bool,
    /// It holds a code that works until then.
    code_until: Option<DateTime<Utc>>,
    /// It holds the password that was just made for the person with this key.
    password_of: Option<&'a str>,
}

impl Tx {
    /// Queues a message, sent once this transaction committed; `false` when there is one with
    /// this dedupe key already.
    ///
    /// # Errors
    /// A fault when the template names a variable that is not there.
    pub async fn notify(
        &mut self,
        template: &Template,
        recipient: &str,
        dedupe_key: &str,
        variables: Value,
    ) -> Rule<bool> {
        let fault = |error| Fault::internal(format!("template {}: {error}", template.name));
        let subject = render(template.subject, &variables).map_err(fault)?;
        let body = render(template.body, &variables).map_err(fault)?;
        let (template, channel) = (template.name, template.channel);
        self.queue(Draft { template, channel, recipient, subject, body, variables, dedupe_key })
            .await
    }

    /// Queues a message whose text is ready; `false` when there is one with this dedupe key.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn queue(&mut self, draft: Draft<'_>) -> Rule<bool> {
        self.queue_as(draft, Kind::default(), true).await
    }

    /// The same for a mail whose body is HTML.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn queue_html(&mut self, draft: Draft<'_>) -> Rule<bool> {
        self.queue_as(draft, Kind { is_html: true, ..Kind::default() }, true).await
    }

    /// Queues a message with a code in it, if anybody is there to get it: its text is kept only
    /// until a sender took it, and it is sent only while the code works. It costs the same either
    /// way.
    ///
    /// # Errors
    /// Any fault of the database.
    pub(crate) async fn queue_code(
        &mut self,
        draft: Draft<'_>,
        works_until: DateTime<Utc>,
        known: bool,
    ) -> Rule<bool> {
        let kind = Kind { code_until: Some(works_until), ..Kind::default() };
        self.queue_as(draft, kind, known).await
    }

    /// Queues a message with the password that this transaction made for a person, by its key.
    /// Its text is kept only until a sender took it, and it is sent only while that is the
    /// person's password; `false` when there is one with this dedupe key.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn queue_password(
        &mut self,
        draft: Draft<'_>,
        is_html: bool,
        person: &str,
    ) -> Rule<bool> {
        let kind = Kind { is_html, password_of: Some(person), ..Kind::default() };
        self.queue_as(draft, kind, true).await
    }

    async fn queue_as(&mut self, draft: Draft<'_>, kind: Kind<'_>, known: bool) -> Rule<bool> {
        let text = |text: &str| Bind::Text(Some(text.to_owned()));
        // A line break in a subject would begin another header.
        let subject: String =
            draft.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut sql = Sql::new(
            "INSERT INTO notifications (template, channel, recipient, subject, body, is_html, \
             variables, dedupe_key, secret, useful_until, password_of, next_attempt_at, \
             created_at, updated_at) SELECT ",
        );
        sql.bind(text(draft.template)).push(", ").bind(text(draft.channel.spelling()));
        sql.push(", ").bind(self.personal(draft.recipient));
        sql.push(", ").bind(text(subject.trim()));
        sql.push(", ").bind(text(&draft.body)).push(", ").bind(Bind::Bool(Some(kind.is_html)));
        sql.push(", ").bind(Bind::Json(Some(draft.variables)));
        sql.push(", ").bind(text(draft.dedupe_key));
        let secret = kind.code_until.is_some() || kind.password_of.is_some();
        sql.push(", ").bind(Bind::Bool(Some(secret)));
        sql.push(", ").bind(Bind::Instant(kind.code_until));
        sql.push(", ").bind(Bind::Text(kind.password_of.map(str::to_owned)));
        for _ in 0..3 {
            sql.push(", ").bind(Bind::Instant(Some(self.now)));
        }
        sql.push(" WHERE ").bind(Bind::Bool(Some(known)));
        sql.push(" ON CONFLICT (dedupe_key) DO NOTHING");
        Ok(self.execute(sql).await? == 1)
    }
}
