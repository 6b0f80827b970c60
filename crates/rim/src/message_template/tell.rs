//! Writing to somebody on an occasion: by email and by SMS, as far as there are templates that are
//! switched on (spec 5.9, 5.12). A template that cannot be filled does not stand in the way
//! of the rule that writes; its message ends as failed and says why.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Sql};
use bizgraph_kernel::notification::text_template::{Escaping, fill};
use bizgraph_kernel::refusal::Rule;
use serde_json::{Value, json};

use super::occasion::Occasion;
use crate::admin_user::AdminUser;
use crate::delivery::Channel;
use crate::email_template::{EmailTemplate, EmailTemplateType};
use crate::notification_history::NotificationType;
use crate::notification_history::write::{Letter, Reader, write};
use crate::sms_template::SmsTemplate;
use crate::sms_template::length;
use crate::user::User;

/// What somebody is told.
pub struct News<'a> {
    pub occasion: &'static Occasion,
    /// What the occasion promises its templates, besides the reader's name.
    pub variables: Value,
    /// The variable whose value only the message itself holds, not what is kept of it.
    pub secret: Option<&'static str>,
    /// The same news are told once.
    pub once: &'a str,
}

/// What stands for a secret in what is kept of a message.
const NOT_KEPT: &str = "(not kept)";

/// Tells a customer something by every template that is switched on for it.
pub async fn tell(tx: &mut Tx, user: &User, mut news: News<'_>) -> Rule<()> {
    if user.deleted_at.is_some() {
        return Ok(());
    }
    news.variables["name"] = Value::String(greeting(user));
    tell_by_templates(tx, Reader::User(user), &news).await
}

/// Tells a person of the admin panel something, by SMS only where its number is known.
pub async fn tell_person(tx: &mut Tx, person: &AdminUser, mut news: News<'_>) -> Rule<()> {
    news.variables["name"] = Value::String(person.username.clone());
    tell_by_templates(tx, Reader::Admin(person), &news).await
}

async fn tell_by_templates(tx: &mut Tx, reader: Reader<'_>, news: &News<'_>) -> Rule<()> {
    let name = news.occasion.name;
    let (wants_no_offers, has_phone) = match reader {
        Reader::User(user) => (user.email_opt_out, true),
        Reader::Admin(person) => (false, person.phone.is_some()),
    };
    if let Some(template) = enabled::<EmailTemplate>(tx, name).await?
        && !(template.r#type == EmailTemplateType::Marketing && wants_no_offers)
    {
        let kept = news.kept();
        let text = |values: &Value| {
            let subject = fill(&template.subject, &kept, Escaping::Plain);
            let body = fill(&template.body, values, Escaping::Html);
            subject.and_then(|subject| body.map(|body| (subject, body)))
        };
        send(tx, reader, news, Channel::Email, text).await?;
    }
    if has_phone && let Some(template) = enabled::<SmsTemplate>(tx, name).await? {
        let text = |values: &Value| {
            let text = fill(&template.message, values, Escaping::Plain);
            text.map(|text| (name.to_owned(), length::cut(&text, 1)))
        };
        send(tx, reader, news, Channel::Sms, text).await?;
    }
    Ok(())
}

impl News<'_> {
    /// The variables as they may be kept.
    fn kept(&self) -> Value {
        let mut kept = self.variables.clone();
        if let Some(secret) = self.secret {
            kept[secret] = Value::from(NOT_KEPT);
        }
        kept
    }
}

/// What a customer is called in a message, which never names their number.
pub fn greeting(user: &User) -> String {
    let parts = [user.first_name.as_deref(), user.last_name.as_deref()];
    let name: Vec<&str> = parts.into_iter().flatten().collect();
    if name.is_empty() { "customer".to_owned() } else { name.join(" ") }
}

async fn enabled<T: Entity>(tx: &mut Tx, name: &str) -> Rule<Option<T>> {
    let mut wanted = Sql::new("t.enabled AND t.name = ");
    wanted.bind(Bind::Text(Some(name.to_owned())));
    Ok(tx.select::<T>(wanted).await?.pop())
}

async fn send(
    tx: &mut Tx,
    reader: Reader<'_>,
    news: &News<'_>,
    channel: Channel,
    text: impl Fn(&Value) -> Result<(String, String), String>,
) -> Rule<()> {
    let filled = text(&news.kept());
    let problem = filled.as_ref().err().cloned();
    let (title, message) =
        filled.unwrap_or_else(|_| (news.occasion.name.to_owned(), String::new()));
    let secret = news.secret.and_then(|_| text(&news.variables).ok());
    let letter = Letter {
        r#type: NotificationType::Scheduled,
        reader,
        channel,
        title,
        message,
        secret: secret.map(|(_, body)| body),
        is_html: channel == Channel::Email,
        dedupe_key: format!("{}:{}", news.once, channel.spelling()),
        metadata: json!({ "template": news.occasion.name }),
        broadcast_recipient: None,
        problem,
    };
    write(tx, letter).await?;
    Ok(())
}
