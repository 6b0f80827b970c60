//! Writing to one person by one channel: a row of the history, and with it a message in the
//! outbox that sends it (spec 1.13, 5.9). What is for the dashboard has arrived with its row.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::metadata::Set;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::notification::{Channel as Way, Draft};
use bizgraph_kernel::refusal::Rule;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{NotificationHistory, NotificationType, RecipientType, machine};
use crate::admin_user::AdminUser;
use crate::delivery::{Channel, DeliveryStatus};
use crate::user::User;

/// Characters of a title.
const MOST_TITLE: usize = 200;

/// Characters of a sentence that says what went wrong.
const MOST_PROBLEM: usize = 500;

/// Who gets a message.
#[derive(Clone, Copy)]
pub enum Reader<'a> {
    User(&'a User),
    Admin(&'a AdminUser),
}

impl Reader<'_> {
    /// Where a channel finds the person; `None` where it does not.
    fn address(self, channel: Channel) -> Option<String> {
        match (self, channel) {
            (_, Channel::Dashboard) => None,
            (Reader::User(user), Channel::Email) => Some(user.email.clone()),
            (Reader::User(user), Channel::Sms) => Some(user.phone.clone()),
            (Reader::Admin(person), Channel::Email) => Some(person.email.clone()),
            (Reader::Admin(person), Channel::Sms) => person.phone.clone(),
        }
    }
}

/// A message to one person by one channel.
pub struct Letter<'a> {
    pub r#type: NotificationType,
    pub reader: Reader<'a>,
    pub channel: Channel,
    pub title: String,
    pub message: String,
    /// What is sent in the place of `message`, where that holds the reader's new password, which
    /// the history must not keep.
    pub secret: Option<String>,
    pub is_html: bool,
    /// A second letter with the same key is not written.
    pub dedupe_key: String,
    pub metadata: Value,
    /// Its place in the audience of a broadcast.
    pub broadcast_recipient: Option<Uuid>,
    /// Why it cannot be sent at all.
    pub problem: Option<String>,
}

/// Writes a letter; `None` when there is one with its key already.
pub async fn write(tx: &mut Tx, letter: Letter<'_>) -> Rule<Option<NotificationHistory>> {
    let mut known = Sql::new("SELECT 1 FROM notification_histories WHERE dedupe_key = ");
    known.bind(Bind::Text(Some(letter.dedupe_key.clone())));
    if !tx.load(known).await?.is_empty() {
        return Ok(None);
    }
    let address = letter.reader.address(letter.channel);
    let nowhere = address.is_none() && letter.channel != Channel::Dashboard;
    let problem = letter
        .problem
        .or_else(|| nowhere.then(|| "No number or address of this person is known.".to_owned()));
    let (user, admin) = match letter.reader {
        Reader::User(user) => (Some(user.id), None),
        Reader::Admin(person) => (None, Some(person.id)),
    };
    let kind = if user.is_some() { RecipientType::User } else { RecipientType::Admin };
    let sets = vec![
        NotificationHistory::TYPE.to(letter.r#type),
        NotificationHistory::TITLE.to(letter.title.chars().take(MOST_TITLE).collect::<String>()),
        NotificationHistory::MESSAGE.to(letter.message),
        NotificationHistory::CHANNEL.to(letter.channel),
        NotificationHistory::RECIPIENT_TYPE.to(kind),
        NotificationHistory::USER_ID.to(user),
        NotificationHistory::ADMIN_USER_ID.to(admin),
        NotificationHistory::ATTEMPTS.to(1),
        NotificationHistory::METADATA.to(Some(letter.metadata)),
        NotificationHistory::DEDUPE_KEY.to(letter.dedupe_key),
        NotificationHistory::IS_HTML.to(letter.is_html),
        NotificationHistory::BROADCAST_RECIPIENT_ID.to(letter.broadcast_recipient),
    ];
    let row = tx.insert::<NotificationHistory>(sets).await?;
    Ok(Some(match (problem, address) {
        (Some(problem), _) => fail(tx, &row, &problem).await?,
        (None, Some(address)) => hand_over(tx, row, &address, letter.secret).await?,
        (None, None) => {
            let sets = vec![NotificationHistory::SENT_AT.to(Some(tx.now))];
            advance(tx, &row, &machine::SEND, DeliveryStatus::Sent, sets).await?
        }
    }))
}

/// Ends a message that did not arrive.
pub async fn fail(
    tx: &mut Tx,
    row: &NotificationHistory,
    problem: &str,
) -> Rule<NotificationHistory> {
    let problem: String = problem.chars().take(MOST_PROBLEM).collect();
    let sets = vec![NotificationHistory::ERROR_MESSAGE.to(Some(problem))];
    advance(tx, row, &machine::FAIL, DeliveryStatus::Failed, sets).await
}

/// Moves a message, the only writer of its status.
pub async fn advance(
    tx: &mut Tx,
    row: &NotificationHistory,
    step: &'static bizgraph_kernel::machine::Move,
    to: DeliveryStatus,
    sets: Vec<Set<NotificationHistory>>,
) -> Rule<NotificationHistory> {
    tx.advance(row, step, to.spelling(), sets).await
}

/// Puts a pending message into the outbox, under a key of its own for every attempt; what is
/// secret stays there only until it is sent.
pub async fn hand_over(
    tx: &mut Tx,
    row: NotificationHistory,
    address: &str,
    secret: Option<String>,
) -> Rule<NotificationHistory> {
    let named = row.metadata.as_ref().and_then(|known| known["template"].as_str());
    let template = format!("rim.{}", named.unwrap_or(row.r#type.spelling()));
    let channel = match row.channel {
        Channel::Email => Way::Email,
        Channel::Sms => Way::Sms,
        Channel::Dashboard => return Err(Fault::internal("a dashboard that is written to").into()),
    };
    let draft = Draft {
        template: &template,
        channel,
        recipient: address,
        subject: row.title.clone(),
        body: secret.clone().unwrap_or_else(|| row.message.clone()),
        variables: json!({}),
        dedupe_key: &row.outbox_key(),
    };
    let person = row.admin_user_id.map(AdminUser::credential_key_of).unwrap_or_default();
    match (secret, row.is_html) {
        (Some(_), is_html) => tx.queue_password(draft, is_html, &person).await?,
        (None, true) => tx.queue_html(draft).await?,
        (None, false) => tx.queue(draft).await?,
    };
    Ok(row)
}

/// Where a person is found who was written to before.
pub async fn address_of(tx: &mut Tx, row: &NotificationHistory) -> Rule<Option<String>> {
    if let Some(recipient) = row.broadcast_recipient_id {
        let mut kept = Sql::new("SELECT address::text FROM broadcast_recipients WHERE id = ");
        kept.bind(recipient.into());
        let rows = tx.load(kept).await?;
        return Ok(rows.first().map(|row| decode(row, 0)).transpose()?);
    }
    if let Some(user) = row.user_id {
        let user: User = tx.get(user).await?;
        return Ok(Reader::User(&user).address(row.channel).filter(|_| user.deleted_at.is_none()));
    }
    let Some(person) = row.admin_user_id else { return Ok(None) };
    let person: AdminUser = tx.get(person).await?;
    Ok(Reader::Admin(&person).address(row.channel))
}
