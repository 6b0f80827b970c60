//! What providers told is removed after the days of `integrations.callback_days` (spec 1.6.5, 5.12).
//! That the same has one effect must hold for as long as anything can be told twice. A signed body
//! is taken for minutes, and a provider tells again for days, so that 30 days are the least and 400
//! the default, which also covers the books of a year. Even later nothing happens twice: airtime and
//! messages are found by the reference that they were told under, and so is a payment, whose
//! reference is unique for its provider. Where a payment was deleted meanwhile, which only one can
//! be that moved no money, what was told of it is all that knows it, and stays.

use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::job;
use bizgraph_kernel::refusal::Rule;
use chrono::TimeDelta;

use crate::system_config::keys;

/// A condition for what was told under a reference that is known without it.
macro_rules! known_elsewhere {
    () => {
        "(c.kind <> 'repayment' OR EXISTS (SELECT FROM transactions t \
           WHERE t.type = 'repayment' AND t.deleted_at IS NULL \
           AND t.provider = c.provider AND t.reference = c.reference))"
    };
}

job! {
    /// Removes what providers told after the days that the tenant sets, a thousand at a time.
    pub PRUNE_PROVIDER_CALLBACKS = "pruneProviderCallbacks", daily,
    due concat!(
        "SELECT n::text FROM generate_series(1, (SELECT (count(*) + 999) / 1000 \
         FROM provider_callbacks c WHERE ", known_elsewhere!(), " AND c.created_at < \
           current_setting('bizgraph.now')::timestamptz - make_interval(days => \
           coalesce((SELECT p.value::numeric::integer FROM system_configs p \
             WHERE p.category = 'integrations' AND p.key = 'callback_days'), 400)))) n"
    ) => prune
}

async fn prune(tx: &mut Tx, _batch: &str) -> Rule<()> {
    let days = keys::INTEGRATIONS_CALLBACK_DAYS.whole(tx).await?;
    let mut sql = Sql::new(concat!(
        "DELETE FROM provider_callbacks WHERE id = ANY(ARRAY(SELECT c.id FROM \
         provider_callbacks c WHERE ",
        known_elsewhere!(),
        " AND c.created_at < "
    ));
    sql.bind(Bind::Instant(Some(tx.now - TimeDelta::days(days.into())))).push(" LIMIT 1000))");
    tx.execute(sql).await?;
    Ok(())
}
