//! The people that `user` and `token` speak of.

use std::sync::Arc;

use anyhow::Context;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::db::Tx;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::kernel::Kernel;
use clap::Args;

use crate::config::DatabaseOptions;

/// Whom a command is about.
#[derive(Args)]
pub struct PersonOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// The tenant's slug
    #[arg(long)]
    pub tenant: String,
    /// The name that the person logs in with
    #[arg(long)]
    pub username: String,
}

/// Someone of a tenant.
pub struct Person {
    /// Key in the module's user table as text.
    pub id: String,
    pub username: String,
    pub email: String,
    pub role: String,
}

/// A transaction of the server itself in a tenant; the audit log names the command.
pub async fn begin(kernel: &Arc<Kernel>, tenant: &str, command: &str) -> anyhow::Result<Tx> {
    let unknown = || format!("there is no tenant {tenant:?}: `bizgraph tenant list` names them");
    let tenant = kernel.tenant(tenant).with_context(unknown)?;
    let not_carried = || format!("this program does not carry the module {} yet", tenant.module);
    let actor = kernel.system_actor(tenant.clone()).with_context(not_carried)?;
    let origin = Origin { operation: command.to_owned(), ..Origin::default() };
    Ok(kernel.begin(actor, origin).await?)
}

/// The person with this username, in any spelling of its letters.
pub async fn find(tx: &mut Tx, username: &str) -> anyhow::Result<Person> {
    let mut sql = Sql::new(
        "SELECT p.id::text, p.username::text, COALESCE(p.email::text, ''), p.role::text FROM (",
    );
    sql.push(tx.actor.module.people).push(") p WHERE lower(p.username) = lower(");
    sql.bind(Bind::Text(Some(username.to_owned()))).push(")");
    let rows = tx.load(sql).await?;
    let slug = &tx.actor.tenant.slug;
    let row = rows.first().with_context(|| format!("{slug} has nobody named {username:?}"))?;
    Ok(Person {
        id: decode(row, 0)?,
        username: decode(row, 1)?,
        email: decode(row, 2)?,
        role: decode(row, 3)?,
    })
}
