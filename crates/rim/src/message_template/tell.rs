//! Writing to a customer on an occasion: by email and by SMS, as far as there are templates that
//! are switched on (spec 5.9, 5.12). A template that cannot be filled does not stand in the way
//! of the rule that writes; its message ends as failed and says why.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Entity, Sql};
use bizgraph_kernel::notification::text_template::{Escaping, fill};
use bizgraph_kernel::refusal::Rule;
use serde_json::{Value, json};

use super::occasion::Occasion;
use crate::delivery::Channel;
use crate::email_template::{EmailTemplate, EmailTemplateType};
use crate::notification_history::NotificationType;
use crate::notification_history::write::{Letter, Reader, write};
use crate::sms_template::SmsTemplate;
use crate::sms_template::length;
use crate::user::User;

/// What a customer is told.
pub struct News<'a> {
    pub occasion: &'static Occasion,
    /// What the occasion promises its templates, besides the customer's name.
    pub variables: Value,
    /// The same news are told once.
    pub once: &'a str,
}

/// Tells a customer something by every template that is switched on for it.
pub async fn tell(tx: &mut Tx, user: &User, mut news: News<'_>) -> Rule<()> {
    if user.deleted_at.is_some() {
        return Ok(());
    }
    news.variables["name"] = Value::String(greeting(user));
    let name = news.occasion.name;
    if let Some(template) = enabled::<EmailTemplate>(tx, name).await?
        && !(template.r#type == EmailTemplateType::Marketing && user.email_opt_out)
    {
        let subject = fill(&template.subject, &news.variables, Escaping::Plain);
        let body = fill(&template.body, &news.variables, Escaping::Html);
        let filled = subject.and_then(|subject| body.map(|body| (subject, body)));
        send(tx, user, &news, Channel::Email, filled).await?;
    }
    if let Some(template) = enabled::<SmsTemplate>(tx, name).await? {
        let text = fill(&template.message, &news.variables, Escaping::Plain);
        let filled = text.map(|text| (name.to_owned(), length::cut(&text, 1)));
        send(tx, user, &news, Channel::Sms, filled).await?;
    }
    Ok(())
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
    user: &User,
    news: &News<'_>,
    channel: Channel,
    filled: Result<(String, String), String>,
) -> Rule<()> {
    let problem = filled.as_ref().err().cloned();
    let (title, message) =
        filled.unwrap_or_else(|_| (news.occasion.name.to_owned(), String::new()));
    let letter = Letter {
        r#type: NotificationType::Scheduled,
        reader: Reader::User(user),
        channel,
        title,
        message,
        is_html: channel == Channel::Email,
        dedupe_key: format!("{}:{}", news.once, channel.spelling()),
        metadata: json!({ "template": news.occasion.name }),
        broadcast_recipient: None,
        problem,
    };
    write(tx, letter).await?;
    Ok(())
}
