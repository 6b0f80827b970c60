//! What a broadcast says (spec 5.9): text with places for what is known of each customer. As SMS
//! it fits into the parts that the tenant allows, once the places are filled.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::notification::text_template::{Escaping, fill, places};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::{Value, json};

use super::{BroadcastMessage, BroadcastType};
use crate::delivery::Channel;
use crate::message_template::tell::greeting;
use crate::sms_template::length;
use crate::system_config::keys;
use crate::user::User;

/// What a broadcast can say of its reader.
const PLACES: [&str; 4] = ["name", "firstName", "userId", "creditLimit"];

/// A title that can be used.
pub fn title(tx: &mut Tx, title: &str) -> String {
    let title = tx.text(title, "title", 200);
    check(tx, &title, "title");
    title
}

/// A message that can be used for this type.
pub async fn message(tx: &mut Tx, message: &str, r#type: BroadcastType) -> Rule<String> {
    let message = tx.text(message, "message", 5_000);
    tx.no_card_number(Some(&message), "message");
    if check(tx, &message, "message") && r#type != BroadcastType::Email {
        let shortest = json!({ "name": "", "firstName": "", "userId": "", "creditLimit": "" });
        let text = fill(&message, &shortest, Escaping::Plain).unwrap_or_default();
        if let Some(problem) = too_long(tx, &text).await? {
            tx.refuse(Refusal::new(Code::OutOfRange, "message", problem));
        }
    }
    Ok(message)
}

/// Refuses places that no customer fills, and answers whether there were none.
fn check(tx: &mut Tx, text: &str, field: &str) -> bool {
    let problem = match places(text) {
        Err(why) => Some((Code::BadFormat, why)),
        Ok(found) => found.into_iter().find(|name| !PLACES.contains(&name.as_str())).map(|name| {
            let known = PLACES.join(", ");
            (Code::ValidationFailed, format!("{{{{{name}}}}} is not known. There are: {known}."))
        }),
    };
    let holds = problem.is_none();
    if let Some((code, why)) = problem {
        tx.refuse(Refusal::new(code, field, why));
    }
    holds
}

/// What a text is too long for, in words, as SMS.
async fn too_long(tx: &mut Tx, text: &str) -> Rule<Option<String>> {
    let most = keys::BROADCAST_SMS_SEGMENTS.whole(tx).await?;
    let length = length::of(text);
    let fits = i32::try_from(length.segments).is_ok_and(|segments| segments <= most);
    let part = if length.is_unicode { 70 } else { 160 };
    Ok((!fits).then(|| {
        let (units, segments) = (length.units, length.segments);
        format!(
            "As SMS it takes {units} characters in {segments} parts; {most} of {part} are allowed."
        )
    }))
}

/// Title and message for one customer, or why they cannot be sent.
pub async fn filled(
    tx: &mut Tx,
    broadcast: &BroadcastMessage,
    user: &User,
    channel: Channel,
) -> Rule<Result<(String, String), String>> {
    let values = values(tx, user);
    let title = fill(&broadcast.title, &values, Escaping::Plain);
    let message = fill(&broadcast.message, &values, Escaping::Plain);
    let filled = title.and_then(|title| message.map(|message| (title, message)));
    if let (Ok((_, message)), Channel::Sms) = (&filled, channel)
        && let Some(problem) = too_long(tx, message).await?
    {
        return Ok(Err(problem));
    }
    Ok(filled)
}

fn values(tx: &Tx, user: &User) -> Value {
    json!({
        "name": greeting(user),
        "firstName": user.first_name.clone().unwrap_or_else(|| greeting(user)),
        "userId": user.user_id,
        "creditLimit": format!("{} {}", tx.actor.tenant.currency, user.credit_limit),
    })
}
