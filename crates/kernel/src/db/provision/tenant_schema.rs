//! One tenant's schema: its tables, the roles that may reach them, its starting rows.

use super::administrator::make_first_administrator;
use super::register::{NewTenant, register};
use super::{Owner, ProvisionFault};
use crate::db::Fault;
use crate::db::migrate::{self, History};
use crate::entity::sql::{Bind, Sql};
use crate::module::Module;
use crate::tenant::Tenant;

/// Tables that the application may add to and read, and never change (spec 1.8); a module has
/// further ones.
const APPEND_ONLY: &[&str] = &["audit_entries", "audit_seals"];

/// Tables that show how people prove who they are, and messages, which may hold a code; of no use
/// to a report.
const NOT_FOR_REPORTS: &str = "credentials, sessions, api_keys, mfa_factors, recovery_codes, \
                               one_time_codes, login_challenges, login_attempts, notifications, \
                               personal_data_keys";

/// What adding a tenant came to.
#[derive(Clone, Debug)]
pub struct Provisioned {
    pub tenant: Tenant,
    /// Whether the registry did not know it before.
    pub is_new: bool,
    /// How many migrations ran in its schema.
    pub migrations: usize,
    /// Whether the default administrator was made, whose password everybody knows.
    pub default_administrator: bool,
}

/// Adds a tenant, or brings one that exists up to date. One whose module this program does not
/// carry gets its row in the registry and nothing else.
///
/// # Errors
/// When the names do not fit, the tenant exists with another module, or a migration fails.
pub async fn add_tenant(
    owner: &mut Owner,
    new: &NewTenant,
    module: Option<&'static Module>,
    with_default_administrator: bool,
    migrated: impl Fn(&str) + Send + 'static,
) -> Result<Provisioned, ProvisionFault> {
    new.check()?;
    owner.begin("platform").await?;
    let (tenant, is_new) = register(owner, new).await?;
    let mut provisioned =
        Provisioned { tenant, is_new, migrations: 0, default_administrator: false };
    let Some(module) = module else {
        owner.commit().await?;
        return Ok(provisioned);
    };
    let tenant = &provisioned.tenant;
    owner.run(&format!("CREATE SCHEMA IF NOT EXISTS \"{}\"", tenant.schema)).await?;
    make_roles(owner, tenant).await?;
    owner.commit().await?;

    let history = History::tenant(&tenant.schema, module);
    provisioned.migrations = migrate::run(owner.url(), history, migrated).await?;

    owner.begin(&tenant.schema).await?;
    make_series(owner, module).await?;
    grant(owner, tenant, module).await?;
    if with_default_administrator {
        provisioned.default_administrator = make_first_administrator(owner, tenant, module).await?;
    }
    owner.commit().await?;
    Ok(provisioned)
}

/// Lets a schema that was filled beside it take the place of a tenant's, which is made if it is
/// not there; what the tenant had is gone.
///
/// # Errors
/// When the names do not fit or the tenant exists with another module; then nothing was changed.
pub async fn adopt(
    owner: &mut Owner,
    new: &NewTenant,
    module: &'static Module,
    schema: &str,
) -> Result<Tenant, ProvisionFault> {
    new.check()?;
    owner.begin("platform").await?;
    let (tenant, _) = register(owner, new).await?;
    make_roles(owner, &tenant).await?;
    let place = &tenant.schema;
    owner
        .run(&format!(
            "DROP SCHEMA IF EXISTS \"{place}\" CASCADE; \
             ALTER SCHEMA \"{schema}\" RENAME TO \"{place}\"; \
             SET LOCAL search_path TO \"{place}\""
        ))
        .await?;
    make_series(owner, module).await?;
    grant(owner, &tenant, module).await?;
    owner.commit().await?;
    Ok(tenant)
}

fn reports_role(tenant: &Tenant) -> String {
    format!("{}_readonly", tenant.role)
}

/// The role that alone may use the tenant's tables, and one that may only read them.
async fn make_roles(owner: &mut Owner, tenant: &Tenant) -> Result<(), Fault> {
    let (app, role) = (owner.app_role(), &tenant.role);
    owner.make_role(role).await?;
    owner.make_role(&reports_role(tenant)).await?;
    let options = match owner.knows_membership_options() {
        true => " WITH INHERIT FALSE, SET TRUE",
        false => "",
    };
    owner.run(&format!("GRANT \"{role}\" TO \"{app}\"{options}")).await
}

/// The rights on everything that the schema has now; given again after each migration.
async fn grant(owner: &mut Owner, tenant: &Tenant, module: &Module) -> Result<(), Fault> {
    let (schema, role, reports) = (&tenant.schema, &tenant.role, reports_role(tenant));
    let append_only = [APPEND_ONLY, module.append_only].concat().join(", ");
    owner
        .run(&format!(
            "GRANT USAGE ON SCHEMA \"{schema}\" TO \"{role}\", \"{reports}\"; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"{schema}\" \
               TO \"{role}\"; \
             GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA \"{schema}\" TO \"{role}\"; \
             REVOKE UPDATE, DELETE ON {append_only} FROM \"{role}\"; \
             REVOKE UPDATE ON outbox_events FROM \"{role}\"; \
             GRANT SELECT ON ALL TABLES IN SCHEMA \"{schema}\" TO \"{reports}\"; \
             REVOKE ALL ON {NOT_FOR_REPORTS} FROM \"{reports}\"; \
             REVOKE ALL ON __diesel_schema_migrations FROM \"{role}\", \"{reports}\""
        ))
        .await
}

/// The counters behind the module's document numbers (spec 1.5); what they count stays.
async fn make_series(owner: &mut Owner, module: &Module) -> Result<(), Fault> {
    for series in module.series {
        if series.gapless {
            let mut sql = Sql::new("INSERT INTO number_series (name, pattern) VALUES (");
            sql.bind(Bind::Text(Some(series.name.to_owned()))).push(", ");
            sql.bind(Bind::Text(Some(series.pattern.to_owned())));
            sql.push(") ON CONFLICT (name) DO UPDATE SET pattern = excluded.pattern");
            owner.load(sql).await?;
        } else {
            owner.run(&format!("CREATE SEQUENCE IF NOT EXISTS series_{}", series.name)).await?;
        }
    }
    Ok(())
}
