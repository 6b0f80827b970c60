//! Calls of providers are removed after the days of `integrations.call_days` (spec 5.10, 5.12).
//! What was paid stands in transactions, and what a provider told is kept for longer.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;

use crate::system_config::keys;

job! {
    /// Removes calls of providers after the days that the tenant sets, a thousand at a time.
    pub PRUNE_API_CALLS = "pruneApiCalls", daily,
    due "SELECT n::text FROM generate_series(1, (SELECT (count(*) + 999) / 1000 FROM api_calls \
         WHERE created_at < current_setting('bizgraph.now')::timestamptz - make_interval(days => \
           coalesce((SELECT c.value::numeric::integer FROM system_configs c \
             WHERE c.category = 'integrations' AND c.key = 'call_days'), 180)))) n"
    => prune
}

async fn prune(tx: &mut Tx, _batch: &str) -> Rule<()> {
    let days = keys::INTEGRATIONS_CALL_DAYS.whole(tx).await?;
    let mut sql = Sql::new(
        "DELETE FROM api_calls WHERE id = ANY(ARRAY(SELECT id FROM api_calls WHERE created_at < ",
    );
    sql.bind(Bind::Instant(Some(tx.now - TimeDelta::days(days.into())))).push(" LIMIT 1000))");
    tx.execute(sql).await?;
    Ok(())
}
