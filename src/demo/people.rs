//! Whom everybody can log in as, for as long as the passwords that everybody knows are theirs.

use anyhow::Context;
use bizgraph_kernel::actor::Origin;
use bizgraph_kernel::auth::{keep_password, set_password};
use bizgraph_kernel::db::Session;
use bizgraph_kernel::db::provision::DEFAULT_ADMINISTRATOR;
use bizgraph_kernel::entity::{Bind, Sql, decode};
use bizgraph_kernel::kernel::Kernel;
use bizgraph_kernel::tenant::Tenant;
use std::sync::Arc;

use super::{DemoWorld, world_of};
use crate::command_line::refused;
use crate::server::graphiql::DemoLogin;

/// The people of a tenant who can be logged in as. A password that was changed, or given by an
/// administrator, has another before it, so its person is no longer offered.
pub async fn logins(kernel: &Kernel, tenant: &Arc<Tenant>) -> anyhow::Result<Vec<DemoLogin>> {
    let Some(actor) = kernel.system_actor(tenant.clone()) else { return Ok(Vec::new()) };
    let module = actor.module;
    let sql = Sql::new(&format!(
        "SELECT p.username::text, p.role::text, c.must_change_password FROM ({}) p \
         JOIN credentials c ON c.user_id = p.id WHERE p.active AND c.previous_hashes = '{{}}' \
         ORDER BY length(p.id), p.id",
        module.people
    ));
    let session = Session::new(kernel.database.clone(), actor, kernel.clock.now());
    let rows = session.load(sql).await;
    session.finish();
    let (administrator, default) = DEFAULT_ADMINISTRATOR;
    let people = world_of(module.name).map_or(&[][..], |world| world.people);
    let mut logins = Vec::new();
    for row in rows? {
        let (username, role): (String, String) = (decode(&row, 0)?, decode(&row, 1)?);
        let known = match decode::<bool>(&row, 2)? {
            true => (username == administrator).then_some(default),
            false => people.iter().find(|(name, ..)| *name == username).map(|person| person.2),
        };
        if let Some(password) = known {
            let (tenant, password) = (tenant.slug.clone(), password.to_owned());
            logins.push(DemoLogin { tenant, username, role, password });
        }
    }
    Ok(logins)
}

/// Lets the people of a world in at once: their first password is one that everybody is told.
/// Whoever got a one-time password of the server, or none at all, is given it here, as their first.
pub(super) async fn open_doors(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    world: &DemoWorld,
) -> anyhow::Result<()> {
    let actor = kernel.system_actor(tenant.clone()).context("the module is not carried")?;
    let origin = Origin { operation: "demo load".to_owned(), ..Origin::default() };
    let mut sql = Sql::new("SELECT p.id::text, p.username::text, p.email::text FROM (");
    sql.push(actor.module.people).push(") p LEFT JOIN credentials c ON c.user_id = p.id ");
    sql.push("WHERE c.must_change_password IS DISTINCT FROM FALSE AND p.username IN (");
    for (place, (name, ..)) in world.people.iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " });
        sql.bind(Bind::Text(Some((*name).to_owned())));
    }
    sql.push(")");
    let mut tx = kernel.begin(actor, origin).await?;
    for row in tx.load(sql).await? {
        let (id, username): (String, String) = (decode(&row, 0)?, decode(&row, 1)?);
        let known = world.people.iter().find(|(name, ..)| *name == username);
        let Some((.., password)) = known.filter(|_| world.invited) else {
            keep_password(&mut tx, &id).await.map_err(refused)?;
            continue;
        };
        let email: String = decode(&row, 2)?;
        set_password(&mut tx, &id, &username, &email, password, false, "")
            .await
            .map_err(refused)?;
        let mut first = Sql::new("UPDATE credentials SET previous_hashes = '{}' WHERE user_id = ");
        first.bind(Bind::Text(Some(id)));
        tx.execute(first).await?;
    }
    tx.commit().await?;
    Ok(())
}
