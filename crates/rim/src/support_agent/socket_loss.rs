//! An agent whose last socket closed five minutes ago is away, and gets no more tickets by itself
//! (spec 5.7). Who comes back by hand without a socket stays until one is lost again.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;
use uuid::Uuid;

use super::{SupportAgent, SupportAgentStatus, machine};

/// How long a lost socket may take to come back.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

job! {
    /// Says that agents are away who were not connected for five minutes.
    pub LOSE_SOCKETS = "awayAfterSocketLoss", every 1 minutes,
    due "SELECT a.id::text FROM support_agents a \
         JOIN live_presences p ON p.person = 'adminUser:' || a.admin_user_id::text \
         WHERE a.status <> 'away' AND p.seen_at <= \
         current_setting('bizgraph.now')::timestamptz - interval '5 minutes' ORDER BY a.id"
    => lose
}

async fn lose(tx: &mut Tx, key: &str) -> Rule<()> {
    let Ok(id) = key.parse::<Uuid>() else { return Ok(()) };
    let mut there = Sql::new("t.status <> 'away' AND t.id = ");
    there.bind(Bind::Uuid(Some(id))).push(" FOR NO KEY UPDATE OF t");
    let Some(agent) = tx.select::<SupportAgent>(there).await?.pop() else { return Ok(()) };
    let mut lost = Sql::new("DELETE FROM live_presences WHERE person = 'adminUser:' || ");
    lost.bind(Bind::Uuid(agent.admin_user_id)).push("::text AND seen_at <= ");
    lost.bind(Bind::Instant(Some(tx.now - PATIENCE)));
    if tx.execute(lost).await? == 0 {
        return Ok(());
    }
    let away = SupportAgentStatus::Away.spelling();
    tx.advance(&agent, &machine::GO_AWAY, away, Vec::new()).await?;
    Ok(())
}
