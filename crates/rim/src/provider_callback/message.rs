//! A provider of SMS or email tells whether a message that it took arrived (spec 1.6.5, 5.9). It
//! names it by the id that the message bore at every attempt, such as `rim.17`.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use serde_json::{Value, json};

use super::event::{Event, Status};
use crate::api_integration::{ApiIntegration, ApiIntegrationType};
use crate::notification_history::{NotificationHistory, ended, receipt};

/// Takes a receipt; what came to the same end already stays.
pub async fn told(tx: &mut Tx, integration: &ApiIntegration, event: &Event) -> Rule<Value> {
    let r#type = integration.r#type;
    let sends = matches!(r#type, ApiIntegrationType::Sms | ApiIntegrationType::Email);
    tx.require(sends, || {
        let message = "Only a provider of SMS or email tells of messages.";
        Refusal::new(Code::ValidationFailed, "kind", message)
    });
    tx.require(event.status != Status::Reversed, || {
        let message = "A message cannot be taken back.";
        Refusal::new(Code::ValidationFailed, "status", message)
    });
    tx.settle()?;
    let Some(seen) = written(tx, r#type, &event.reference).await? else {
        let message = "No message was sent under this reference.";
        return Err(Refusal::new(Code::NotFound, "reference", message).into());
    };
    let (broadcast, row) = ended::lock(tx, seen.id, seen.broadcast_recipient_id).await?;
    let problem = match event.status {
        Status::Failed => Some(event.reason_or("The provider could not deliver it")),
        _ => None,
    };
    let row = match event.status {
        Status::Pending => row,
        _ => receipt::take(tx, broadcast, row, problem, "status").await?,
    };
    Ok(json!({ "status": row.status.spelling() }))
}

/// The message whose latest attempt has this id.
async fn written(
    tx: &mut Tx,
    channel: ApiIntegrationType,
    reference: &str,
) -> Rule<Option<NotificationHistory>> {
    let prefix = format!("{}.", tx.actor.tenant.slug);
    let id = reference.strip_prefix(&prefix).and_then(|id| id.parse::<i32>().ok());
    let Some(id) = id else { return Ok(None) };
    let mut key = Sql::new("SELECT dedupe_key FROM notifications WHERE id = ");
    key.bind(id.into()).push(" AND channel = ");
    key.bind(Bind::Text(Some(channel.spelling().to_owned())));
    let rows = tx.load(key).await?;
    let Some(key) = rows.first().map(|row| decode::<String>(row, 0)).transpose()? else {
        return Ok(None);
    };
    let mut its = Sql::new("t.dedupe_key || '#' || t.attempts = ");
    its.bind(Bind::Text(Some(key.clone()))).push(" AND t.dedupe_key = ");
    let beginning = key.rsplit_once('#').map_or("", |(beginning, _)| beginning);
    its.bind(Bind::Text(Some(beginning.to_owned())));
    Ok(tx.select(its).await?.pop())
}
