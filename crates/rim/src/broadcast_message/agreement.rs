//! Large audiences take two people (spec 5.9): whoever asks, and another who agrees and did not
//! write the message.

use bizgraph_kernel::approval::FOUR_EYES_ENFORCED;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::refusal::{Code, Refusal, Rule};
use uuid::Uuid;

use super::BroadcastMessage;
use crate::admin_user::acting;
use crate::system_config::keys;

/// Ends the refusing part of a move, asks for a second person where the audience is large, and
/// answers who agreed.
pub async fn obtained(tx: &mut Tx, broadcast: &BroadcastMessage, size: i32) -> Rule<Option<Uuid>> {
    if broadcast.approved_by.is_some() || size <= keys::BROADCAST_APPROVAL_SIZE.whole(tx).await? {
        tx.settle()?;
        return Ok(broadcast.approved_by);
    }
    let agrees = acting(tx).filter(|_| tx.approved_request_by.is_some());
    tx.require(agrees != Some(broadcast.created_by), || {
        let message = "You wrote it; somebody else has to agree to it.";
        Refusal::new(Code::SelfApprovalForbidden, "broadcastMessageId", message)
    });
    tx.settle()?;
    let summary = format!("Send {:?} to {size} customers", broadcast.title);
    tx.four_eyes(broadcast, summary).await?;
    Ok(agrees)
}

/// Whether a broadcast that goes out by itself lacks a second person, such as when its audience
/// grew since it was scheduled.
pub async fn is_missing(tx: &mut Tx, broadcast: &BroadcastMessage, size: i32) -> Rule<bool> {
    Ok(broadcast.approved_by.is_none()
        && size > keys::BROADCAST_APPROVAL_SIZE.whole(tx).await?
        && tx.setting::<bool>(&FOUR_EYES_ENFORCED).await?)
}
