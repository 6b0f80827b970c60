//! Messages that leave the house: one outbox for all of them (spec 1.13). A message is queued
//! in the transaction of what it tells, once for its dedupe key, and sent after it committed.

mod deliver;
mod sender;
pub mod text_template;

pub use deliver::{Ending, MessageEnded};
pub(crate) use deliver::{are_waiting, deliver};
pub use sender::{Message, RecordingSender, SendFailure, Sender, Senders};

use chrono::{DateTime, Utc};
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;

use crate::db::{Fault, Tx};
use crate::entity::sql::{Bind, Sql};
use crate::refusal::Rule;
use crate::{Entity, Words};

/// How a message travels.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "NotificationChannel")]
pub enum Channel {
    /// A mail.
    #[word("email")]
    Email,
    /// A text message to a phone.
    #[word("sms")]
    Sms,
}

/// Where a message stands.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "NotificationStatus")]
pub enum NotificationStatus {
    /// Waits for its first or its next attempt.
    #[word("pending")]
    Pending,
    /// The sender took it.
    #[word("sent")]
    Sent,
    /// It will not be tried again.
    #[word("failed")]
    Failed,
}

/// A message that a module can send. Subject and body are Jinja templates of plain text; a
/// variable that they name and nobody gives is a fault.
pub struct Template {
    /// `bizhub.ready_for_pickup`
    pub name: &'static str,
    /// When it is sent, and to whom.
    pub doc: &'static str,
    pub channel: Channel,
    /// Of a text message, what people here call it; it does not travel.
    pub subject: &'static str,
    pub body: &'static str,
}

/// A message to somebody, on its way or sent.
#[derive(Entity, Clone, Debug)]
#[entity(type_name = "Notification", table = notifications, module = "platform",
    permission = "platform.notification", default_order = id desc)]
pub struct Notification {
    pub id: i32,
    /// Name of its template.
    #[entity(filter)]
    pub template: String,
    /// How it travels.
    #[entity(filter)]
    pub channel: Channel,
    /// Mail address or phone number.
    #[entity(sensitive = "platform.notification.read_sensitive", personal)]
    pub recipient: String,
    /// What it is about.
    #[entity(sensitive = "platform.notification.read_sensitive")]
    pub subject: String,
    /// What it says.
    #[entity(sensitive = "platform.notification.read_sensitive")]
    pub body: String,
    #[entity(hidden)]
    pub is_html: bool,
    /// What its template was filled with.
    #[entity(hidden)]
    pub variables: Value,
    /// A second message with the same key is never queued.
    pub dedupe_key: String,
    /// Where it stands.
    #[entity(filter)]
    pub status: NotificationStatus,
    /// How often it was tried.
    pub attempts: i32,
    #[entity(hidden)]
    pub unconfirmed: i32,
    /// It holds a code or a password: the text is kept only until a sender took it.
    #[entity(hidden)]
    pub secret: bool,
    /// From then on it is of no use, and not sent any more.
    #[entity(hidden)]
    pub useful_until: Option<DateTime<Utc>>,
    /// Key of the person whose new password it holds; of no use once there is another.
    #[entity(hidden)]
    pub password_of: Option<String>,
    /// When it is tried next.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last attempt did not succeed.
    #[entity(sensitive = "platform.notification.read_sensitive")]
    pub last_error: Option<String>,
    /// Which sender took it: `smtp`, or `record` where messages are only kept here.
    pub sent_by: Option<String>,
    /// When the sender took it.
    #[entity(filter, order)]
    pub sent_at: Option<DateTime<Utc>>,
    /// Moves on with every change.
    pub version: i32,
    /// When it was queued.
    #[entity(filter, order)]
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

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

impl Tx {
    /// Leaves of every message to these addresses only that there was one (spec 1.9); what waits
    /// is not sent any more.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn forget_recipients(&mut self, recipients: &[&str]) -> Rule<()> {
        let mut to = Sql::new("recipient = ANY(");
        to.bind(self.personal_forms(recipients)).push(")");
        self.forget_messages(to).await
    }

    /// The same for every message whose dedupe key begins with one of these: messages to others
    /// that name somebody.
    ///
    /// # Errors
    /// Any fault of the database.
    pub async fn forget_keys(&mut self, beginnings: Vec<String>) -> Rule<()> {
        let mut about = Sql::new("EXISTS (SELECT FROM unnest(");
        about.bind(Bind::Texts(beginnings));
        about.push(") AS beginning WHERE starts_with(dedupe_key, beginning))");
        self.forget_messages(about).await
    }

    async fn forget_messages(&mut self, which: Sql) -> Rule<()> {
        let mut sql = Sql::new(
            "UPDATE notifications SET recipient = 'erased', subject = 'erased', body = 'erased', \
             variables = '{}', last_error = NULL, next_attempt_at = NULL, \
             status = CASE status WHEN 'pending' THEN 'failed' ELSE status END, \
             version = version + 1, updated_at = ",
        );
        sql.bind(Bind::Instant(Some(self.now))).push(" WHERE ").append(which);
        self.execute(sql).await?;
        Ok(())
    }
}

/// Fills a template of plain text.
///
/// # Errors
/// In words, when it is no template, or names a variable that is not there.
pub fn render(template: &str, variables: &Value) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.render_str(template, Serde(variables)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_is_filled_as_plain_text() {
        let filled = render("{{ name }} & {{ rest }}", &json!({"name": "Ama <x>", "rest": "Co"}));
        assert_eq!(filled, Ok("Ama <x> & Co".to_owned()));
    }

    #[test]
    fn a_variable_that_nobody_gives_is_a_mistake() {
        assert!(render("{{ name }}", &json!({})).is_err());
        assert!(render("{{ name", &json!({})).is_err());
    }
}
