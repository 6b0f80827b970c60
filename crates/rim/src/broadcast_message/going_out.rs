//! A broadcast on its way (spec 5.9): its audience is written down once, then its messages are
//! handed over a hundred at a time, each hundred in a transaction of its own. Where a server
//! stops, the next run goes on with those who were not written to.

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;
use serde_json::json;
use uuid::Uuid;

use super::{BroadcastMessage, BroadcastStatus, agreement, audience, progress, schedule, wording};
use crate::broadcast_recipient::BroadcastRecipient;
use crate::delivery::{Channel, DeliveryStatus};
use crate::notification_history::write::{Letter, Reader, write};
use crate::notification_history::{NotificationHistory, NotificationType, retry};
use crate::user::User;

/// Messages that one transaction hands over.
const AT_ONCE: i32 = 100;

job! {
    /// Lets scheduled broadcasts go out, and goes on with those on their way.
    pub SEND_BROADCASTS = "sendBroadcasts", every 1 minutes,
    due "SELECT b.id || ' ' || part FROM broadcast_messages b \
         CROSS JOIN LATERAL generate_series(0, CASE \
           WHEN b.started_at IS NOT NULL THEN (SELECT count(*) FROM broadcast_recipients r \
             WHERE r.broadcast_message_id = b.id AND r.status = 'pending' \
               AND r.queued_at IS NULL) - 1 \
           WHEN b.target_audience = 'custom' THEN 2 * cardinality(b.custom_user_ids) - 1 \
           ELSE 2 * (SELECT count(*) FROM users) - 1 END / 100) AS part \
         WHERE b.status IN ('scheduled', 'sent') \
           AND b.scheduled_for <= current_setting('bizgraph.now')::timestamptz \
           AND (b.started_at IS NULL OR EXISTS (SELECT FROM broadcast_recipients r \
             WHERE r.broadcast_message_id = b.id AND r.status = 'pending' \
               AND r.queued_at IS NULL)) \
         ORDER BY b.scheduled_for, b.id, part"
    => send_some
}

/// Does the next part of a broadcast, whichever part it was asked for.
pub async fn send_some(tx: &mut Tx, key: &str) -> Rule<()> {
    let id: Option<Uuid> = key.split(' ').next().and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Fault::internal("a part of no broadcast"))?;
    let mut waiting = Sql::new("t.status IN ('scheduled', 'sent') AND t.scheduled_for <= ");
    waiting.bind(Bind::Instant(Some(tx.now))).push(" AND t.id = ").bind(id.into());
    waiting.push(" FOR NO KEY UPDATE OF t");
    let Some(broadcast) = tx.select::<BroadcastMessage>(waiting).await?.pop() else {
        return Ok(());
    };
    let broadcast = match broadcast.started_at {
        Some(_) => broadcast,
        None => {
            let size = audience::size(tx, &broadcast).await?;
            if agreement::is_missing(tx, &broadcast, size).await? {
                let why = "The audience grew beyond what one person may write to";
                tx.reason = Some(why.to_owned());
                schedule::back(tx, &broadcast).await?;
                return Ok(());
            }
            start(tx, &broadcast).await?
        }
    };
    hand_over_some(tx, broadcast).await?;
    Ok(())
}

/// Writes the audience of a locked broadcast down.
pub async fn start(tx: &mut Tx, broadcast: &BroadcastMessage) -> Rule<BroadcastMessage> {
    audience::write_down(tx, broadcast).await?;
    let mut size = Sql::new(
        "SELECT count(DISTINCT user_id)::integer FROM broadcast_recipients \
         WHERE broadcast_message_id = ",
    );
    size.bind(broadcast.id.into());
    let rows = tx.load(size).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a count without a row"))?;
    let sets = vec![
        BroadcastMessage::STARTED_AT.to(Some(tx.now)),
        BroadcastMessage::AUDIENCE_SIZE.to(Some(decode(row, 0)?)),
    ];
    tx.update(broadcast, sets).await
}

/// Hands the next messages of a locked broadcast over.
pub async fn hand_over_some(tx: &mut Tx, broadcast: BroadcastMessage) -> Rule<BroadcastMessage> {
    let mut next = Sql::new("t.status = 'pending' AND t.queued_at IS NULL ");
    next.push("AND t.broadcast_message_id = ").bind(broadcast.id.into());
    next.push(" ORDER BY t.id LIMIT ").bind(AT_ONCE.into()).push(" FOR NO KEY UPDATE OF t");
    let recipients: Vec<BroadcastRecipient> = tx.select(next).await?;
    let ids: Vec<Uuid> = recipients.iter().map(|recipient| recipient.id).collect();
    let mut taken = Sql::new(
        "UPDATE broadcast_recipients SET attempts = attempts + 1, version = version + 1, \
         queued_at = ",
    );
    taken.bind(Bind::Instant(Some(tx.now))).push(", updated_at = ");
    taken.bind(Bind::Instant(Some(tx.now))).push(" WHERE id = ANY(").bind(Bind::Uuids(ids));
    taken.push(")");
    tx.execute(taken).await?;
    for recipient in &recipients {
        let Some(row) = hand_over(tx, &broadcast, recipient).await? else { continue };
        if row.status == DeliveryStatus::Failed {
            progress::count(tx, &broadcast, DeliveryStatus::Pending, &row).await?;
        }
    }
    let broadcast: BroadcastMessage = tx.get(broadcast.id).await?;
    if broadcast.status == BroadcastStatus::Scheduled {
        return progress::end_if_nobody_is_left(tx, broadcast).await;
    }
    Ok(broadcast)
}

/// Writes to one recipient, or again to one whom an earlier attempt did not reach.
async fn hand_over(
    tx: &mut Tx,
    broadcast: &BroadcastMessage,
    recipient: &BroadcastRecipient,
) -> Rule<Option<NotificationHistory>> {
    let user: User = tx.get(recipient.user_id).await?;
    let is_out = user.deleted_at.is_some()
        || match recipient.channel {
            Channel::Sms => user.sms_opt_out,
            Channel::Email | Channel::Dashboard => user.email_opt_out,
        };
    let filled = match is_out {
        true => Err("The customer left or opted out since.".to_owned()),
        false => wording::filled(tx, broadcast, &user, recipient.channel).await?,
    };
    let mut before = Sql::new("t.broadcast_recipient_id = ");
    before.bind(recipient.id.into()).push(" FOR NO KEY UPDATE OF t");
    if let Some(row) = tx.select::<NotificationHistory>(before).await?.pop() {
        return Ok(Some(retry::again(tx, &row, filled, &recipient.address).await?));
    }
    let problem = filled.as_ref().err().cloned();
    let (title, message) =
        filled.unwrap_or_else(|_| (broadcast.title.clone(), broadcast.message.clone()));
    let letter = Letter {
        r#type: NotificationType::Broadcast,
        reader: Reader::User(&user),
        channel: recipient.channel,
        title,
        message,
        secret: None,
        is_html: false,
        dedupe_key: format!("broadcast:{}:{}", broadcast.id, recipient.id),
        metadata: json!({ "broadcastMessageId": broadcast.id }),
        broadcast_recipient: Some(recipient.id),
        problem,
    };
    write(tx, letter).await
}
