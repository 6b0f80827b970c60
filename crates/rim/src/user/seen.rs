//! Customers log in with a code that is sent to their phone (spec 5.2), and every login is a sign
//! of life: who shows none for long becomes inactive (spec 5.3).

use bizgraph_kernel::auth::CodeLogin;
use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::entity::{Bind, Sql};
use bizgraph_kernel::refusal::Rule;
use uuid::Uuid;

/// How customers log in.
pub static CODE_LOGIN: CodeLogin =
    CodeLogin { kind: "user", seen: |tx, key| Box::pin(seen(tx, key)) };

/// Notes that a customer was seen; it is no change of what is known of it.
async fn seen(tx: &mut Tx, key: &str) -> Rule<()> {
    let key: Uuid = key.parse().map_err(|_| Fault::internal("a customer without a key"))?;
    let mut sql = Sql::new("UPDATE users SET last_active_at = ");
    sql.bind(Bind::Instant(Some(tx.now))).push(" WHERE id = ").bind(key.into());
    tx.execute(sql).await?;
    Ok(())
}
