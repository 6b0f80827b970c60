//! The parts of a server that belong to no tenant.

use super::{Owner, ProvisionFault};
use crate::db::Fault;
use crate::db::migrate::{self, History};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};

/// Makes the schema `platform` with its tables, and the login role of the running server, which
/// owns nothing and inherits nothing: outside a tenant's transaction it reads the registry and
/// no more (spec 1.2.3). Its statements, locks and idle transactions have time limits of its own
/// (spec 1.16). Without a password the role keeps the one that it has.
///
/// # Errors
/// When the database is newer than the program, or the owner may not do this.
pub async fn set_up_server(
    owner: &mut Owner,
    app_password: Option<&str>,
) -> Result<(), ProvisionFault> {
    let (database, role) = (owner.database().to_owned(), owner.app_role());
    let password = app_password.map(|password| password.replace('\'', "''"));
    let password = password.map(|password| format!(" PASSWORD '{password}'")).unwrap_or_default();
    owner.begin("platform").await?;
    owner.run("CREATE SCHEMA IF NOT EXISTS platform").await?;
    owner.make_role(&role).await?;
    owner
        .run(&format!(
            "SET LOCAL standard_conforming_strings TO on; \
             ALTER ROLE \"{role}\" LOGIN NOINHERIT{password}; \
             ALTER ROLE \"{role}\" SET statement_timeout = '5s'; \
             ALTER ROLE \"{role}\" SET lock_timeout = '2s'; \
             ALTER ROLE \"{role}\" SET idle_in_transaction_session_timeout = '10s'; \
             GRANT CONNECT ON DATABASE \"{database}\" TO \"{role}\"; \
             REVOKE ALL ON SCHEMA public FROM PUBLIC; \
             GRANT USAGE ON SCHEMA platform TO \"{role}\""
        ))
        .await?;
    refuse_too_powerful(owner, &role).await?;
    owner.commit().await?;
    migrate::run(owner.url(), History::platform(), |_| ()).await?;
    owner
        .run(&format!("GRANT SELECT ON platform.tenants, platform.encryption_keys TO \"{role}\""))
        .await?;
    Ok(())
}

/// A role of that name may have been there before, made by somebody else.
async fn refuse_too_powerful(owner: &mut Owner, role: &str) -> Result<(), ProvisionFault> {
    let mut sql = Sql::new("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = ");
    sql.bind(Bind::Text(Some(role.to_owned())));
    let rows = owner.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("the login role was not made"))?;
    match decode::<bool>(row, 0)? {
        true => Err(ProvisionFault::TooPowerful(role.to_owned())),
        false => Ok(()),
    }
}
