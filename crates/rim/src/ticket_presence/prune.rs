//! Rows of who looked and typed are over in moments, and removed an hour later.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;

job! {
    /// Removes who looked at tickets and typed, an hour later.
    pub PRUNE_TICKET_PRESENCES = "pruneTicketPresences", every 15 minutes,
    due "SELECT n::text FROM generate_series(1, (SELECT (count(*) + 999) / 1000 \
         FROM ticket_presences WHERE until < \
         current_setting('bizgraph.now')::timestamptz - interval '1 hour')) n"
    => prune
}

async fn prune(tx: &mut Tx, _batch: &str) -> Rule<()> {
    let mut sql = Sql::new(
        "DELETE FROM ticket_presences WHERE id = ANY(ARRAY(SELECT id FROM ticket_presences \
         WHERE until < ",
    );
    sql.bind(Bind::Instant(Some(tx.now - TimeDelta::hours(1)))).push(" LIMIT 1000))");
    tx.execute(sql).await?;
    Ok(())
}
