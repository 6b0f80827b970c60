//! Logout: the session ends at once.

use std::sync::Arc;

use async_graphql::registry::Registry;
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Origin};
use crate::audit::AuditEntry;
use crate::auth::door::{self, DoorMutation};
use crate::db::{Fault, Tx};
use crate::entity::{Bind, Sql};
use crate::kernel::Kernel;
use crate::refusal::{Code, Refusal, Rule};

/// `logout`
pub static LOGOUT: DoorMutation = DoorMutation {
    name: "logout",
    doc: "Ends the session that the token belongs to.",
    input_type: |_| String::new(),
    payload_type,
    public: false,
    run: |kernel, actor, origin, _| Box::pin(logout(kernel, actor, origin)),
};

fn payload_type(registry: &mut Registry) -> String {
    door::payload_of(registry, "LogoutPayload", "What a logout came to.", Vec::new())
}

async fn logout(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
) -> Result<serde_json::Value, Fault> {
    door::payload(end_session(kernel, actor, origin).await)
}

async fn end_session(
    kernel: &Kernel,
    actor: Option<Arc<Actor>>,
    origin: &Origin,
) -> Rule<serde_json::Value> {
    let actor = actor.ok_or_else(door::not_logged_in)?;
    let session = actor.session.ok_or_else(|| {
        let message = "A key has no session to end; revoke the key instead.";
        Refusal::new(Code::Forbidden, "", message)
    })?;
    let mut tx = door::begin(kernel, actor, origin, LOGOUT.name).await?;
    let revoked = revoke(&mut tx, session).await;
    door::end(tx, revoked).await?;
    kernel.tokens.forget(session);
    Ok(json!({ "userErrors": [] }))
}

async fn revoke(tx: &mut Tx, session: Uuid) -> Rule<()> {
    let mut sql = Sql::new("UPDATE sessions SET revoked_at = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" WHERE revoked_at IS NULL AND id = ");
    sql.bind(Bind::Uuid(Some(session)));
    if tx.execute(sql).await? > 0 {
        tx.audit.push(AuditEntry::new("logout", "Session", session.to_string()));
    }
    Ok(())
}
